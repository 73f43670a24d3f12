package io.otphandler.adapter.jdbi;

import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.application.port.AuditLog;
import io.otphandler.application.port.AuditLogContract;
import io.otphandler.application.port.BlockedRecipients;
import io.otphandler.application.port.BlockedRecipientsContract;
import io.otphandler.application.port.IdempotencyKeys;
import io.otphandler.application.port.IdempotencyKeysContract;
import io.otphandler.application.port.Limits;
import io.otphandler.application.port.LimitsContract;
import io.otphandler.application.port.MovableClock;
import io.otphandler.application.port.ProviderMessages;
import io.otphandler.application.port.ProviderMessagesContract;
import io.otphandler.application.port.RevokedTokens;
import io.otphandler.application.port.RevokedTokensContract;
import io.otphandler.application.port.Rulings;
import io.otphandler.application.port.RulingsContract;
import io.otphandler.application.port.Sessions;
import io.otphandler.application.port.SessionsContract;
import io.otphandler.application.port.Widgets;
import io.otphandler.application.port.WidgetsContract;
import io.otphandler.domain.session.SessionId;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the ports promise, asked of a database. */
abstract class PortsOnADatabase
        implements SessionsContract,
                WidgetsContract,
                BlockedRecipientsContract,
                ProviderMessagesContract,
                IdempotencyKeysContract,
                RevokedTokensContract,
                RulingsContract,
                AuditLogContract,
                LimitsContract {
    private final MovableClock clock = new MovableClock();
    private final Set<SessionId> touched = ConcurrentHashMap.newKeySet();
    JdbiDatabase database;

    abstract String url();

    @BeforeEach
    void open() {
        database = JdbiDatabase.open(new JdbiDatabase.Settings(url(), "", "", 4, ALLOWANCE), clock);
        database.migrate();
        database.sessions().listen((session, events) -> touched.add(session.id()));
    }

    /** What is remembered of a session, whatever a test did with it, is what is kept of it. */
    @AfterEach
    void compareAndClose() {
        try (JdbiDatabase closing = database) {
            assertThat(closing.sessions().findAll(touched))
                    .containsExactlyInAnyOrderElementsOf(touched.stream()
                            .flatMap(id -> closing.sessions().find(id).stream())
                            .toList());
        }
    }

    @Override
    public void forgetMemory() {}

    @Override
    public Sessions sessions() {
        return database.sessions();
    }

    @Override
    public Widgets widgets() {
        return database.widgets();
    }

    @Override
    public BlockedRecipients blockedRecipients() {
        return database.blockedRecipients();
    }

    @Override
    public ProviderMessages providerMessages() {
        return database.providerMessages();
    }

    @Override
    public IdempotencyKeys idempotencyKeys() {
        return database.idempotencyKeys();
    }

    @Override
    public RevokedTokens revokedTokens() {
        return database.revokedTokens();
    }

    @Override
    public Rulings rulings() {
        return database.rulings();
    }

    @Override
    public AuditLog auditLog() {
        return database.auditLog();
    }

    @Override
    public Limits limits() {
        return database.limits();
    }

    @Override
    public MovableClock clock() {
        return clock;
    }
}
