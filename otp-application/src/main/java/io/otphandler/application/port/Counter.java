package io.otphandler.application.port;

import java.util.UUID;

/**
 * Names something that is counted.
 *
 * @param key whose it is: made with a secret, so that it tells nobody
 */
public record Counter(UUID key, Kind kind) {

    /** What is counted; the numbers are what stores know them by. */
    public enum Kind {
        /** To one recipient from one widget. */
        SENDS(1),
        /** The same, where a day's number is too large to stand beside a minute's. */
        SENDS_OF_THE_DAY(2),
        /** To one recipient from one account: every dispatch. */
        MESSAGES(3),
        /** Of one recipient, over all sessions of one account. */
        WRONG_CODES(4),
        ACCOUNT(5),
        ACCOUNT_OF_THE_DAY(6),
        WIDGET(7),
        WIDGET_OF_THE_DAY(8),
        /** The connections of one account's forms. */
        ADDRESS(9),
        /** The end users that one account's backends name. */
        CLIENT_IP(10),
        /** From one connection of an account's forms to one recipient. */
        ADDRESS_AND_RECIPIENT(11);

        private final int number;

        Kind(int number) {
            this.number = number;
        }

        public int number() {
            return number;
        }
    }
}
