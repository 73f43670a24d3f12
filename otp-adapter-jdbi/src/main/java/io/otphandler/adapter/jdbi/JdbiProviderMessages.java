package io.otphandler.adapter.jdbi;

import io.otphandler.application.port.DispatchId;
import io.otphandler.application.port.ProviderMessage;
import io.otphandler.application.port.ProviderMessages;
import io.otphandler.domain.session.SessionId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Providers' names of messages, each a row. Those that are to be kept while others are being written gather and are
 * written together. Thread-safe.
 */
final class JdbiProviderMessages implements ProviderMessages {

    private static final String FIND = "SELECT message_id, session_id, dispatch FROM provider_messages"
            + " WHERE gateway = ? AND message_id = ANY (?)";
    private static final String OF =
            "SELECT gateway, message_id, session_id, dispatch FROM provider_messages WHERE session_id = ?";
    /** The same everywhere, so that two nodes that keep the same names do not wait for each other. */
    private static final Comparator<Waiting> IN_ORDER = Comparator.<Waiting, String>comparing(
                    waiting -> waiting.message.gateway())
            .thenComparing(waiting -> waiting.message.messageId());

    private final Pool pool;
    private final Engine engine;
    private final Writer writer;
    private final ConcurrentLinkedQueue<Waiting> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean asked = new AtomicBoolean();

    private record Waiting(ProviderMessage message, Instant at, CompletableFuture<Boolean> kept) {}

    /** Does something in a transaction, when there is time. */
    @FunctionalInterface
    interface Writer {
        <T> CompletableFuture<T> write(Lane.Work<T> work);
    }

    JdbiProviderMessages(Pool pool, Engine engine, Writer writer) {
        this.pool = pool;
        this.engine = engine;
        this.writer = writer;
    }

    @Override
    public CompletableFuture<?> keep(Collection<ProviderMessage> messages, Instant now) {
        List<CompletableFuture<Boolean>> all = new ArrayList<>();
        for (ProviderMessage message : messages) {
            CompletableFuture<Boolean> kept = new CompletableFuture<>();
            all.add(kept);
            waiting.add(new Waiting(message, now, kept));
        }
        if (asked.compareAndSet(false, true)) {
            writeWaiting();
        }
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
    }

    private void writeWaiting() {
        Batch batch = new Batch();
        CompletableFuture<Boolean> written = writer.write(connection -> {
            insert(connection, batch.taken());
            return true;
        });
        // also where it never came to its turn
        written.whenComplete((done, failure) -> batch.taken().forEach(each -> {
            if (failure == null) {
                each.kept.complete(true);
            } else {
                each.kept.completeExceptionally(failure);
            }
        }));
    }

    /** What waits when it is first asked for: by whoever writes it, or by whoever hears that it took too long. */
    private final class Batch {
        private @Nullable List<Waiting> taken;

        synchronized List<Waiting> taken() {
            List<Waiting> all = taken;
            if (all == null) {
                // whoever comes from now on has to ask again
                asked.set(false);
                all = new ArrayList<>();
                for (Waiting next = waiting.poll(); next != null; next = waiting.poll()) {
                    all.add(next);
                }
                all.sort(IN_ORDER);
                taken = all;
            }
            return all;
        }
    }

    private void insert(Connection connection, List<Waiting> batch) throws SQLException {
        if (batch.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(engine.keepProviderMessage())) {
            for (Waiting each : batch) {
                DispatchId dispatch = each.message.dispatch();
                statement.setString(1, each.message.gateway());
                statement.setString(2, each.message.messageId());
                statement.setObject(3, dispatch.session().value());
                statement.setInt(4, dispatch.number());
                statement.setLong(5, each.at.toEpochMilli());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    @Override
    public Map<String, DispatchId> find(String gateway, Collection<String> messageIds) {
        if (messageIds.isEmpty()) {
            return Map.of();
        }
        return read(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(FIND)) {
                statement.setString(1, gateway);
                statement.setArray(2, connection.createArrayOf("text", messageIds.toArray()));
                Map<String, DispatchId> found = new HashMap<>();
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        found.put(rows.getString("message_id"), dispatch(rows));
                    }
                }
                return found;
            }
        });
    }

    @Override
    public List<ProviderMessage> of(SessionId session) {
        return read(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(OF)) {
                statement.setObject(1, session.value());
                List<ProviderMessage> found = new ArrayList<>();
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        found.add(new ProviderMessage(
                                rows.getString("gateway"), rows.getString("message_id"), dispatch(rows)));
                    }
                }
                return found;
            }
        });
    }

    @Override
    public int deleteKeptBefore(Instant instant, int limit) {
        return pool.on(
                "The database could not be written",
                connection ->
                        Pool.execute(connection, engine.deleteOldProviderMessages(), instant.toEpochMilli(), limit));
    }

    private static DispatchId dispatch(ResultSet row) throws SQLException {
        return new DispatchId(new SessionId(row.getObject("session_id", UUID.class)), row.getInt("dispatch"));
    }

    private <T> T read(Lane.Work<T> work) {
        return pool.on("The database could not be read", work);
    }
}
