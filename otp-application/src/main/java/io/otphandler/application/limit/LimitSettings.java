package io.otphandler.application.limit;

import io.otphandler.domain.limit.Allowance;
import io.otphandler.domain.recipient.Recipient;
import java.util.Set;

/**
 * The numbers that an owner may choose; 0 everywhere: no limit.
 *
 * @param sendsPerMinute to one recipient from one widget
 * @param sendsPerDay to one recipient from one widget
 * @param messagesPerDay to one recipient from one account, every dispatch counted
 * @param wrongCodesPerDay of one recipient, over all sessions of one account
 * @param accountSends of one account
 * @param widgetSends of one widget
 * @param addressSendsPerMinute of one end user's connection, where the form itself sends
 * @param addressRecipientSendsPerDay of one end user's connection to one recipient, where the form itself sends
 * @param clientIpSendsPerMinute of one end user's address as the account's backend tells it
 * @param exempt recipients that no limit counts
 */
public record LimitSettings(
        int sendsPerMinute,
        int sendsPerDay,
        int messagesPerDay,
        int wrongCodesPerDay,
        Sends accountSends,
        Sends widgetSends,
        int addressSendsPerMinute,
        int addressRecipientSendsPerDay,
        int clientIpSendsPerMinute,
        Set<Recipient> exempt) {

    /** Within a minute, and within a day. */
    public record Sends(int perMinute, int perDay) {

        public static final Sends UNLIMITED = new Sends(0, 0);
    }

    /**
     * SPEC §4; ten a minute from one address are more than people who share one need; five a day to one
     * number leave its owner half of what it has.
     */
    public static final LimitSettings DEFAULT =
            new LimitSettings(3, 10, 20, 30, Sends.UNLIMITED, Sends.UNLIMITED, 10, 5, 0, Set.of());

    public static final LimitSettings NONE =
            new LimitSettings(0, 0, 0, 0, Sends.UNLIMITED, Sends.UNLIMITED, 0, 0, 0, Set.of());

    public LimitSettings {
        exempt = Set.copyOf(exempt);
    }

    /** What an account may ask of one recipient. */
    public Allowance allowance() {
        return Allowance.perDay(messagesPerDay, wrongCodesPerDay);
    }
}
