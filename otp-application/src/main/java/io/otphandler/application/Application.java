package io.otphandler.application;

import io.otphandler.application.admin.Audit;
import io.otphandler.application.admin.BlockRecipient;
import io.otphandler.application.admin.BlockWidget;
import io.otphandler.application.admin.ConfigureWidget;
import io.otphandler.application.admin.DeleteWidget;
import io.otphandler.application.admin.FindAuditEntries;
import io.otphandler.application.admin.FindBlockedRecipients;
import io.otphandler.application.admin.FindRevokedTokens;
import io.otphandler.application.admin.FindWidgets;
import io.otphandler.application.admin.LiftLimits;
import io.otphandler.application.admin.Revocations;
import io.otphandler.application.admin.RevokeToken;
import io.otphandler.application.admin.RulePrefixes;
import io.otphandler.application.admin.SaveWidget;
import io.otphandler.application.admin.ShowSession;
import io.otphandler.application.admin.ShowWidget;
import io.otphandler.application.admin.UnblockRecipient;
import io.otphandler.application.code.CodeKey;
import io.otphandler.application.delivery.DeliveryObserver;
import io.otphandler.application.delivery.Dispatcher;
import io.otphandler.application.delivery.ReportObserver;
import io.otphandler.application.delivery.Sweep;
import io.otphandler.application.delivery.TakeCallback;
import io.otphandler.application.delivery.TakeReceipt;
import io.otphandler.application.delivery.TakeReport;
import io.otphandler.application.delivery.TellProviders;
import io.otphandler.application.guard.PrefixGuard;
import io.otphandler.application.guard.SendGuard;
import io.otphandler.application.guard.TellOfGuard;
import io.otphandler.application.limit.EndGuessing;
import io.otphandler.application.limit.GiveBack;
import io.otphandler.application.limit.LimitSettings;
import io.otphandler.application.limit.SendLimits;
import io.otphandler.application.once.AnswerOnce;
import io.otphandler.application.polling.AwaitChannel;
import io.otphandler.application.polling.AwaitStatus;
import io.otphandler.application.polling.HeldPolls;
import io.otphandler.application.port.AuditLog;
import io.otphandler.application.port.BlockedRecipients;
import io.otphandler.application.port.Gateways;
import io.otphandler.application.port.IdempotencyKeys;
import io.otphandler.application.port.Limits;
import io.otphandler.application.port.ProviderMessages;
import io.otphandler.application.port.RecipientParser;
import io.otphandler.application.port.RevokedTokens;
import io.otphandler.application.port.Rulings;
import io.otphandler.application.port.Sessions;
import io.otphandler.application.port.Timers;
import io.otphandler.application.port.Widgets;
import io.otphandler.application.session.CancelSession;
import io.otphandler.application.session.CheckCode;
import io.otphandler.application.session.CompleteIfConfirmed;
import io.otphandler.application.session.CompleteSession;
import io.otphandler.application.session.GetChannel;
import io.otphandler.application.session.GetStatus;
import io.otphandler.application.session.GetWidget;
import io.otphandler.application.session.Resend;
import io.otphandler.application.session.SessionGuard;
import io.otphandler.application.session.StartSession;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * The use cases, put together from ports. Nothing runs by itself: whoever owns this has {@link #sweep}, {@link #revocations} and
 * {@link #prefixGuard} run now and then, starts the gateways with {@link #takeReport}, and stops {@link #heldPolls}, {@link #answerOnce} and {@link #dispatcher}
 * in the end.
 */
public record Application(
        GetWidget getWidget,
        StartSession startSession,
        GetChannel getChannel,
        AwaitChannel awaitChannel,
        GetStatus getStatus,
        AwaitStatus awaitStatus,
        CheckCode checkCode,
        CompleteIfConfirmed completeIfConfirmed,
        CompleteSession completeSession,
        Resend resend,
        CancelSession cancelSession,
        TakeReceipt takeReceipt,
        TakeReport takeReport,
        TakeCallback takeCallback,
        SaveWidget saveWidget,
        ConfigureWidget configureWidget,
        FindWidgets findWidgets,
        ShowWidget showWidget,
        DeleteWidget deleteWidget,
        BlockWidget blockWidget,
        BlockRecipient blockRecipient,
        UnblockRecipient unblockRecipient,
        LiftLimits liftLimits,
        RulePrefixes rulePrefixes,
        FindBlockedRecipients findBlockedRecipients,
        ShowSession showSession,
        RevokeToken revokeToken,
        FindRevokedTokens findRevokedTokens,
        FindAuditEntries findAuditEntries,
        Revocations revocations,
        PrefixGuard prefixGuard,
        AnswerOnce answerOnce,
        HeldPolls heldPolls,
        Dispatcher dispatcher,
        Sweep sweep) {

    /** Puts the use cases together, and has the sessions tell polls and dispatcher of every change. */
    public static Application of(Ports ports, Settings settings) {
        Sessions sessions = ports.sessions();
        Clock clock = ports.clock();
        Audit audit = new Audit(ports.auditLog(), ports.ids(), clock);
        SendLimits rules = new SendLimits(settings.limits(), ports.codes());
        SessionGuard guard = new SessionGuard(sessions, ports.recipients(), clock);
        HeldPolls polls = new HeldPolls(
                sessions, ports.timers(), ports.executor(), clock, settings.longPollTimeout(), settings.maxHeldPolls());
        PrefixGuard prefixes = new PrefixGuard(
                ports.rulings(),
                ports.ids().get(),
                new TellOfGuard(ports.widgets(), ports.auditLog(), ports.ids(), ports.executor()));
        SendGuard sendGuard = new SendGuard(
                prefixes, ports.recipients(), rules, settings.freeGateways()::contains, settings.guarded(), clock);
        Revocations revocations = new Revocations(ports.revokedTokens(), clock);
        TakeReceipt takeReceipt = new TakeReceipt(sessions, ports.codes(), clock);
        TakeReport takeReport =
                new TakeReport(ports.providerMessages(), takeReceipt, ports.executor(), clock, ports.reports());
        Dispatcher dispatcher = new Dispatcher(
                sessions,
                ports.gateways(),
                ports.codes(),
                takeReport,
                ports.timers(),
                ports.executor(),
                clock,
                settings.dispatchTimeout(),
                settings.dispatchConcurrency(),
                ports.deliveries());
        sessions.listen(dispatcher);
        sessions.listen(polls);
        sessions.listen(sendGuard);
        sessions.heed(sendGuard);
        sessions.listen(new GiveBack(sessions, ports.limits(), rules, ports.executor()));
        sessions.listen(new EndGuessing(sessions, rules, ports.executor(), clock));
        sessions.listen(new TellProviders(ports.providerMessages(), ports.gateways(), ports.codes(), ports.executor()));
        return new Application(
                new GetWidget(ports.widgets()),
                new StartSession(
                        ports.widgets(),
                        ports.blockedRecipients(),
                        sessions,
                        ports.recipients(),
                        ports.gateways(),
                        ports.codes(),
                        ports.limits(),
                        rules,
                        sendGuard,
                        ports.ids(),
                        ports.executor(),
                        clock),
                new GetChannel(guard),
                new AwaitChannel(polls, guard, sessions, clock),
                new GetStatus(guard),
                new AwaitStatus(polls, guard),
                new CheckCode(guard, ports.codes()),
                new CompleteIfConfirmed(guard),
                new CompleteSession(guard),
                new Resend(guard, ports.gateways()),
                new CancelSession(guard),
                takeReceipt,
                takeReport,
                new TakeCallback(ports.gateways(), takeReport, clock, ports.reports()),
                new SaveWidget(ports.widgets(), audit),
                new ConfigureWidget(ports.widgets(), audit),
                new FindWidgets(ports.widgets()),
                new ShowWidget(ports.widgets()),
                new DeleteWidget(ports.widgets(), audit),
                new BlockWidget(ports.widgets(), audit),
                new BlockRecipient(ports.blockedRecipients(), audit),
                new UnblockRecipient(ports.blockedRecipients(), audit),
                new LiftLimits(ports.limits(), ports.widgets(), rules, audit),
                new RulePrefixes(prefixes, ports.widgets(), audit, clock),
                new FindBlockedRecipients(ports.blockedRecipients()),
                new ShowSession(sessions, clock),
                new RevokeToken(ports.revokedTokens(), revocations, audit, clock),
                new FindRevokedTokens(ports.revokedTokens()),
                new FindAuditEntries(ports.auditLog()),
                revocations,
                prefixes,
                new AnswerOnce(
                        ports.idempotencyKeys(), ports.codes(), ports.ids(), ports.timers(), ports.executor(), clock),
                polls,
                dispatcher,
                new Sweep(
                        sessions,
                        ports.providerMessages(),
                        ports.idempotencyKeys(),
                        ports.revokedTokens(),
                        ports.limits(),
                        ports.rulings(),
                        ports.auditLog(),
                        dispatcher,
                        clock,
                        settings.retention(),
                        settings.auditRetention()));
    }

    /**
     * What the application stands on.
     *
     * @param sessions that keep to the {@linkplain LimitSettings#allowance() allowance} of the settings
     * @param ids of new sessions and of the audit log's entries: unpredictable; {@link TimeOrderedIds}
     * @param clock in milliseconds, as the store keeps time no finer: {@link Clock#tickMillis}
     * @param executor for short work that does not block on anything but the store
     */
    public record Ports(
            Sessions sessions,
            Widgets widgets,
            BlockedRecipients blockedRecipients,
            ProviderMessages providerMessages,
            IdempotencyKeys idempotencyKeys,
            RevokedTokens revokedTokens,
            Limits limits,
            Rulings rulings,
            AuditLog auditLog,
            RecipientParser recipients,
            Gateways gateways,
            CodeKey codes,
            Supplier<UUID> ids,
            Clock clock,
            Timers timers,
            Executor executor,
            DeliveryObserver deliveries,
            ReportObserver reports) {}

    /**
     * The numbers that an owner may choose.
     *
     * @param longPollTimeout after which a long poll is answered with nothing
     * @param maxHeldPolls how many long polls are held at most
     * @param dispatchTimeout how long unavailable gateways are tried again, and an answer is waited for
     * @param dispatchConcurrency messages at most under way to one gateway
     * @param retention how long sessions that are gone are kept
     * @param auditRetention how long the audit log's entries are kept; zero: for ever
     * @param limits how often is too often
     * @param guarded whether messages to prefixes that look like pumping are held back
     * @param freeGateways those whose messages cost nothing
     */
    public record Settings(
            Duration longPollTimeout,
            int maxHeldPolls,
            Duration dispatchTimeout,
            int dispatchConcurrency,
            Duration retention,
            Duration auditRetention,
            LimitSettings limits,
            boolean guarded,
            Set<String> freeGateways) {

        public static final Settings DEFAULT = new Settings(
                Duration.ofSeconds(25),
                50_000,
                Duration.ofSeconds(10),
                64,
                Duration.ofDays(1),
                Duration.ofDays(400),
                LimitSettings.DEFAULT,
                true,
                Set.of());

        public Settings withLimits(LimitSettings others) {
            return new Settings(
                    longPollTimeout,
                    maxHeldPolls,
                    dispatchTimeout,
                    dispatchConcurrency,
                    retention,
                    auditRetention,
                    others,
                    guarded,
                    freeGateways);
        }

        /** The same with a guard, or without one. */
        public Settings withGuard(boolean on) {
            return new Settings(
                    longPollTimeout,
                    maxHeldPolls,
                    dispatchTimeout,
                    dispatchConcurrency,
                    retention,
                    auditRetention,
                    limits,
                    on,
                    freeGateways);
        }
    }
}
