package io.otphandler.adapter.jdbi;

import io.otphandler.application.port.DispatchId;
import io.otphandler.application.port.Lease;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Leases as columns of parameters, and those that are held as they come back. */
final class LeaseArrays {

    private LeaseArrays() {}

    static Array ids(Connection connection, Collection<Lease> leases) throws SQLException {
        return Engine.uuids(
                connection, leases.stream().map(lease -> lease.dispatch().session()));
    }

    static Array numbers(Connection connection, Collection<Lease> leases) throws SQLException {
        return connection.createArrayOf(
                "integer",
                leases.stream().map(lease -> lease.dispatch().number()).toArray());
    }

    static Array ends(Connection connection, Collection<Lease> leases) throws SQLException {
        return connection.createArrayOf(
                "bigint",
                leases.stream().map(lease -> lease.until().toEpochMilli()).toArray());
    }

    /** Runs a statement that answers with id and dispatch of what it has changed. */
    static Set<DispatchId> held(PreparedStatement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            Set<DispatchId> held = new HashSet<>();
            while (rows.next()) {
                held.add(new DispatchId(SessionRow.id(rows), rows.getInt("dispatch")));
            }
            return held;
        }
    }
}
