package io.otphandler.application.port;

import org.junit.jupiter.api.Nested;

/** The in-memory ports keep the same contracts as the real ones, so that a test on them proves something. */
final class InMemoryPortsTest {

    @Nested
    class OfSessions implements SessionsContract {
        private final MovableClock clock = new MovableClock();
        private final Sessions sessions = new InMemorySessions(clock);
        private final Widgets widgets = new InMemoryWidgets();

        @Override
        public Sessions sessions() {
            return sessions;
        }

        @Override
        public Widgets widgets() {
            return widgets;
        }

        @Override
        public MovableClock clock() {
            return clock;
        }
    }

    @Nested
    class OfWidgets implements WidgetsContract {
        private final Widgets widgets = new InMemoryWidgets();

        @Override
        public Widgets widgets() {
            return widgets;
        }
    }

    @Nested
    class OfBlockedRecipients implements BlockedRecipientsContract {
        private final BlockedRecipients blockedRecipients = new InMemoryBlockedRecipients();

        @Override
        public BlockedRecipients blockedRecipients() {
            return blockedRecipients;
        }
    }

    @Nested
    class OfProviderMessages implements ProviderMessagesContract {
        private final ProviderMessages messages = new InMemoryProviderMessages();

        @Override
        public ProviderMessages providerMessages() {
            return messages;
        }
    }

    @Nested
    class OfIdempotencyKeys implements IdempotencyKeysContract {
        private final IdempotencyKeys keys = new InMemoryIdempotencyKeys();

        @Override
        public IdempotencyKeys idempotencyKeys() {
            return keys;
        }
    }

    @Nested
    class OfRevokedTokens implements RevokedTokensContract {
        private final RevokedTokens tokens = new InMemoryRevokedTokens();

        @Override
        public RevokedTokens revokedTokens() {
            return tokens;
        }
    }

    @Nested
    class OfRulings implements RulingsContract {
        private final Rulings rulings = new InMemoryRulings();

        @Override
        public Rulings rulings() {
            return rulings;
        }
    }

    @Nested
    class OfTheAuditLog implements AuditLogContract {
        private final AuditLog auditLog = new InMemoryAuditLog();

        @Override
        public AuditLog auditLog() {
            return auditLog;
        }
    }

    @Nested
    class OfLimits implements LimitsContract {
        private final MovableClock clock = new MovableClock();
        private final InMemoryLimits limits = new InMemoryLimits();
        private final InMemorySessions sessions = new InMemorySessions(clock, limits, ALLOWANCE);
        private final InMemorySessions sessionsElsewhere = sessions.anotherNode();
        private final Widgets widgets = new InMemoryWidgets();

        @Override
        public Limits limits() {
            return limits;
        }

        @Override
        public Sessions sessions() {
            return sessions;
        }

        @Override
        public Sessions sessionsElsewhere() {
            return sessionsElsewhere;
        }

        @Override
        public Widgets widgets() {
            return widgets;
        }

        @Override
        public MovableClock clock() {
            return clock;
        }
    }
}
