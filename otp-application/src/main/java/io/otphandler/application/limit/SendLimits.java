package io.otphandler.application.limit;

import io.otphandler.application.code.CodeKey;
import io.otphandler.application.port.BudgetId;
import io.otphandler.application.port.Counter;
import io.otphandler.application.port.Counter.Kind;
import io.otphandler.application.port.Limit;
import io.otphandler.domain.limit.Rule;
import io.otphandler.domain.recipient.Recipient;
import io.otphandler.domain.widget.AccountId;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which limits hold for a {@code send}. Thread-safe. */
public final class SendLimits {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration DAY = Duration.ofDays(1);

    private final LimitSettings settings;
    private final CodeKey keys;
    private final Names<AccountId> accounts;
    private final Names<WidgetId> widgets;

    public SendLimits(LimitSettings settings, CodeKey keys) {
        this.settings = settings;
        this.keys = keys;
        this.accounts = new Names<>(account -> keys.pseudonym("account", account.value()));
        this.widgets = new Names<>(widget -> keys.pseudonym("widget", widget.toString()));
    }

    /** Whether limits hold for them: neither for those who are exempt nor for a widget's test recipients. */
    public boolean hold(Widget widget, Recipient recipient) {
        return !settings.exempt().contains(recipient)
                && !widget.testRecipients().containsKey(recipient);
    }

    /**
     * All that hold for a message that is asked for.
     *
     * @param budget of the recipient
     * @param connection of the end user, where it is theirs; null: a backend asks
     * @param clientIp what a backend says of the end user; null: nothing. What a form says of itself counts for nothing
     */
    public List<Limit> of(
            Widget widget,
            Recipient recipient,
            BudgetId budget,
            @Nullable String connection,
            @Nullable String clientIp) {
        List<Limit> limits = ofSession(widget, recipient, budget);
        one(budget.messages(), settings.messagesPerDay(), DAY, limits);
        List<Limit> guesses = new ArrayList<>();
        one(budget.wrongCodes(), settings.wrongCodesPerDay(), DAY, guesses);
        guesses.forEach(limit -> limits.add(limit.asked()));
        if (connection != null) {
            one(address(widget.owner(), connection, Kind.ADDRESS), settings.addressSendsPerMinute(), MINUTE, limits);
            one(
                    new Counter(
                            keys.pseudonym(
                                    "address and recipient",
                                    widget.owner().value(),
                                    place(connection),
                                    recipient.value()),
                            Kind.ADDRESS_AND_RECIPIENT),
                    settings.addressRecipientSendsPerDay(),
                    DAY,
                    limits);
        } else if (clientIp != null) {
            one(address(widget.owner(), clientIp, Kind.CLIENT_IP), settings.clientIpSendsPerMinute(), MINUTE, limits);
        }
        return limits;
    }

    /** Those that a session has counted against, once none of its messages was ever handed over. */
    List<Limit> ofSession(Widget widget, Recipient recipient) {
        return ofSession(widget, recipient, budget(widget.owner(), recipient));
    }

    private List<Limit> ofSession(Widget widget, Recipient recipient, BudgetId budget) {
        List<Limit> limits = new ArrayList<>();
        two(
                sends(budget, widget.id(), recipient),
                Kind.SENDS,
                Kind.SENDS_OF_THE_DAY,
                new LimitSettings.Sends(settings.sendsPerMinute(), settings.sendsPerDay()),
                limits);
        two(accounts.of(widget.owner()), Kind.ACCOUNT, Kind.ACCOUNT_OF_THE_DAY, settings.accountSends(), limits);
        two(widgets.of(widget.id()), Kind.WIDGET, Kind.WIDGET_OF_THE_DAY, settings.widgetSends(), limits);
        return limits;
    }

    /** What an account may still ask of a recipient. */
    public BudgetId budget(AccountId account, Recipient recipient) {
        return new BudgetId(keys.pseudonym("recipient", account.value(), recipient.value()));
    }

    /** All that is counted of a recipient. */
    public List<Counter> ofRecipient(AccountId account, Collection<Widget> widgets, Recipient recipient) {
        BudgetId budget = budget(account, recipient);
        return Stream.concat(
                        Stream.of(budget.messages(), budget.wrongCodes()),
                        widgets.stream()
                                .map(widget -> sends(budget, widget.id(), recipient))
                                .flatMap(key -> Stream.of(
                                        new Counter(key, Kind.SENDS), new Counter(key, Kind.SENDS_OF_THE_DAY))))
                .toList();
    }

    /** Begins as the recipient's budget does: what is counted of one recipient lies side by side in an index. */
    private UUID sends(BudgetId budget, WidgetId widget, Recipient recipient) {
        return new UUID(
                budget.value().getMostSignificantBits(),
                keys.pseudonym("sends", widget.toString(), recipient.value()).getLeastSignificantBits());
    }

    private Counter address(AccountId account, String address, Kind kind) {
        return new Counter(keys.pseudonym("address", account.value(), place(address)), kind);
    }

    private static String place(String address) {
        return Ipv6.networkOf(address).orElse(address);
    }

    private static void one(Counter counter, int most, Duration period, List<Limit> limits) {
        if (most > 0) {
            limits.add(new Limit(counter, new Rule(most, period), true));
        }
    }

    /** One counter for both, where it can remember them all. */
    private static void two(UUID key, Kind both, Kind ofTheDay, LimitSettings.Sends sends, List<Limit> limits) {
        boolean together = sends.perMinute() <= Rule.MOST_LOGGED && sends.perDay() <= Rule.MOST_LOGGED;
        one(new Counter(key, both), sends.perMinute(), MINUTE, limits);
        one(new Counter(key, together ? both : ofTheDay), sends.perDay(), DAY, limits);
    }

    /** The names of what is counted with nearly every message, remembered. Thread-safe. */
    private static final class Names<K> {
        /** More accounts or widgets than that are named anew each time. */
        private static final int MOST = 10_000;

        private final Map<K, UUID> known = new ConcurrentHashMap<>();
        private final Function<K, UUID> naming;

        Names(Function<K, UUID> naming) {
            this.naming = naming;
        }

        UUID of(K named) {
            UUID name = known.get(named);
            if (name == null) {
                name = naming.apply(named);
                if (known.size() < MOST) {
                    known.put(named, name);
                }
            }
            return name;
        }
    }
}
