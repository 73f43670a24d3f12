package io.otphandler.adapter.jdbi;

import io.otphandler.domain.session.SessionId;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the other nodes which sessions were changed here, and hears of theirs: one thread with one connection, which
 * sends what a few milliseconds have gathered in one {@code NOTIFY} and otherwise listens. Never in a session's own
 * transaction: PostgreSQL has the commits of transactions that notify wait for each other.
 *
 * <p>It does its best: what is announced while the database is away is lost, and whoever listens must look for
 * themselves now and then. Thread-safe.
 */
final class Announcer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Announcer.class);

    static final String CHANNEL = "otp_sessions";

    /** How long it gathers before it sends, and so late is the first of it. */
    private static final int GATHER_MILLIS = 4;

    private static final long GATHER_NANOS = GATHER_MILLIS * 1_000_000L;
    /** PostgreSQL takes payloads of less than 8,000 bytes. */
    static final int MOST_IDS = 350;

    private static final int ID_LENGTH = 22;
    private static final int NODE_LENGTH = 11;
    private static final int CAPACITY = 100_000;
    private static final long KEEP_ALIVE_NANOS = 5_000_000_000L;
    private static final long RECONNECT_MILLIS = 250;

    private final DataSource source;
    private final Consumer<Collection<SessionId>> elsewhere;
    private final String node;
    private final BlockingQueue<SessionId> changed = new LinkedBlockingQueue<>(CAPACITY);
    private final Thread thread = new Thread(this::run, "otp-announcer");
    private volatile boolean closing;
    private long lastTalk;
    private long lastSent;

    /** @param elsewhere is told which sessions other nodes have changed, on the announcer's thread */
    Announcer(DataSource source, Consumer<Collection<SessionId>> elsewhere) {
        this.source = source;
        this.elsewhere = elsewhere;
        byte[] name = new byte[8];
        new SecureRandom().nextBytes(name);
        this.node = text(name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** To be told soon; dropped where too many wait already. */
    void announce(SessionId id) {
        if (!changed.offer(id)) {
            log.debug("Too many changes wait to be announced");
        }
    }

    private void run() {
        boolean connected = true;
        while (!closing) {
            try (Connection connection = source.getConnection()) {
                listen(connection);
                if (!connected) {
                    log.info("Changes are announced to the other nodes again");
                }
                connected = true;
                while (!closing) {
                    converse(connection);
                }
            } catch (SQLException | RuntimeException e) {
                if (connected && !closing) {
                    log.warn("Changes are not announced to the other nodes for now: {}", e.toString());
                }
                connected = false;
                // by the time there is a connection again the others will have looked for themselves
                changed.clear();
                pause();
            }
        }
    }

    private static void listen(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // an announcement that a crash takes with it is one that nobody waits for any more
            statement.execute("SET synchronous_commit TO off");
            statement.execute("LISTEN " + CHANNEL);
        }
    }

    private void converse(Connection connection) throws SQLException {
        // what it has said itself it hears at once: that must not make it say the next thing sooner
        if (System.nanoTime() - lastSent >= GATHER_NANOS) {
            send(connection);
        }
        PGNotification @Nullable [] heard =
                connection.unwrap(PGConnection.class).getNotifications(GATHER_MILLIS);
        if (heard != null && heard.length > 0) {
            Set<SessionId> ids = new HashSet<>();
            for (PGNotification one : heard) {
                ids.addAll(ids(one.getParameter()));
            }
            if (!ids.isEmpty()) {
                elsewhere.accept(ids);
            }
        }
        if (System.nanoTime() - lastTalk > KEEP_ALIVE_NANOS) {
            // silence may be a connection that is gone
            listen(connection);
            lastTalk = System.nanoTime();
        }
    }

    private void send(Connection connection) throws SQLException {
        while (!changed.isEmpty()) {
            List<SessionId> waiting = new ArrayList<>(MOST_IDS);
            changed.drainTo(waiting, MOST_IDS);
            try (PreparedStatement statement = connection.prepareStatement("SELECT pg_notify(?, ?)")) {
                statement.setString(1, CHANNEL);
                statement.setString(2, payload(new LinkedHashSet<>(waiting)));
                statement.execute();
            }
            lastTalk = System.nanoTime();
            lastSent = lastTalk;
        }
    }

    /** This node's name, and the ids one behind the other. */
    private String payload(Collection<SessionId> ids) {
        StringBuilder payload = new StringBuilder(NODE_LENGTH + ids.size() * ID_LENGTH).append(node);
        for (SessionId id : ids) {
            payload.append(text(ByteBuffer.allocate(16)
                    .putLong(id.value().getMostSignificantBits())
                    .putLong(id.value().getLeastSignificantBits())
                    .array()));
        }
        return payload.toString();
    }

    /** Those that another node has told; whatever else is said on the channel is not for us. */
    private List<SessionId> ids(String payload) {
        if (payload.startsWith(node) || (payload.length() - NODE_LENGTH) % ID_LENGTH != 0) {
            return List.of();
        }
        List<SessionId> ids = new ArrayList<>();
        try {
            for (int i = NODE_LENGTH; i < payload.length(); i += ID_LENGTH) {
                ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(payload.substring(i, i + ID_LENGTH)));
                ids.add(new SessionId(new UUID(bytes.getLong(), bytes.getLong())));
            }
        } catch (IllegalArgumentException e) {
            log.debug("Somebody else speaks on {}", CHANNEL, e);
        }
        return ids;
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private void pause() {
        try {
            Thread.sleep(RECONNECT_MILLIS);
        } catch (InterruptedException e) {
            // only close() does that
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closing = true;
        thread.interrupt();
        try {
            thread.join(1_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
