package io.otphandler.adapter.jdbi;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.otphandler.application.port.DispatchId;
import io.otphandler.application.port.IdempotencyKeys.Standing;
import io.otphandler.application.port.KeyedRequest;
import io.otphandler.application.port.Lease;
import io.otphandler.domain.session.SessionId;
import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** What differs between the database engines. Thread-safe. */
interface Engine extends AutoCloseable {

    /** Connections that are in no pool: for those who keep one of their own. */
    DataSource source();

    /** Connections whose statements may take as long as they take. */
    DataSource migrationSource();

    /** Does what commits often; where each commit is a write to the file, all of them become one, at its end. */
    default <T> T writingOnce(Connection connection, Lane.Work<T> work) throws SQLException {
        return work.on(connection);
    }

    /** The folder of the migrations, beside this class. */
    String migrations();

    void configure(HikariConfig pool);

    /** Begins to look after the database; the pool is one that was configured by this engine. */
    void start(HikariDataSource pool);

    /** The same connections, refused at once while it is known that the database cannot be reached. */
    DataSource guarding(DataSource pool);

    /** Counts how often the database has gone away: connections from before the last time are dead. */
    int outages();

    /** Whether several processes may have it open. */
    boolean isShared();

    /** How many write sessions at the same time. */
    int laneCount(int poolSize);

    /** How many moves are written together at most. */
    int batchSize();

    /**
     * Sessions and counters as this process alone writes them; null: others may write as well.
     *
     * @param revisions what sessions that are read are given their widgets from
     */
    @Nullable
    OwnRows ownRows(WidgetRevisions revisions);

    /** Takes the sessions that are due, the longest due first, and has them due again at {@code until}. */
    void claim(Connection connection, Instant now, int limit, Instant until, SessionRow.Consumer due)
            throws SQLException;

    /** Has the messages due then whose leases end exactly as told; answers with those. */
    Set<DispatchId> leaseUntil(Connection connection, Instant until, Collection<Lease> leases) throws SQLException;

    /** Two parameters: before when revisions must have been needed last, and how many to delete at most. */
    String deleteOldRevisions();

    /** Five parameters: gateway, its name of the message, session, dispatch, and when. A name that is there is replaced. */
    String keepProviderMessage();

    /** Two parameters: before when names must have been kept, and how many to delete at most. */
    String deleteOldProviderMessages();

    /**
     * Claims a request that came with an idempotency key, as {@link io.otphandler.application.port.IdempotencyKeys#claim}
     * has it.
     *
     * @return empty: somebody else claimed it this very moment; ask again
     */
    Optional<Standing> claimKey(Connection connection, KeyedRequest request, UUID id, Instant now) throws SQLException;

    /** Two parameters: until when requests were to be known, and how many to delete at most. */
    String deleteExpiredKeys();

    /** Four parameters: account, the token's id, when it is over, and now. One that is there is replaced. */
    String addRevokedToken();

    /** Two parameters: by when they must have been over, and how many to delete at most. */
    String deleteExpiredRevokedTokens();

    /** Eight parameters: widget, prefix, state, strikes, since, until, kept until, and why. One that is there is replaced. */
    String putRuling();

    /** Five parameters: node, widget, prefix, traffic, and when. One that is there is replaced. */
    String putTale();

    /** Two parameters: until when rulings were to be kept, and how many to delete at most. */
    String deleteEndedRulings();

    /** Two parameters: by when tales must have been told, and how many to delete at most. */
    String deleteOldTales();

    @Override
    void close();

    static Array uuids(Connection connection, Stream<SessionId> ids) throws SQLException {
        return connection.createArrayOf("uuid", ids.map(SessionId::value).toArray());
    }
}
