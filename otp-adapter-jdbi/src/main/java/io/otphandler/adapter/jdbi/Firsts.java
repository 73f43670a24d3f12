package io.otphandler.adapter.jdbi;

import io.otphandler.application.port.Counter;
import io.otphandler.application.port.Limit;
import io.otphandler.domain.limit.Rule;
import io.otphandler.domain.limit.Tally;
import io.otphandler.domain.session.SessionTerms;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sessions that are added if each is the first that is counted against any of its limits, if its widget still is as it
 * began with it, and if its owner does not block the recipient: one statement asks all that of all of them, and counts
 * those for which it is so. Used by one thread.
 */
final class Firsts {

    /**
     * Each row is looked up by its key, however a plan was made while there was nothing: hence the subqueries that answer
     * with a value. Nothing of it needs to be on the disk before the sessions, whose commit takes it along.
     */
    static final String BEGIN = "WITH asked AS MATERIALIZED (SELECT a.*,"
            + " (SELECT TRUE FROM limits AS l WHERE l.counter = a.counter AND l.kind = a.kind) AS met"
            + " FROM unnest(?::int[], ?::uuid[], ?::smallint[], ?::bigint[], ?::bigint[])"
            + " AS a (number, counter, kind, hit, ends_at)),"
            + " free AS MATERIALIZED (SELECT a.number FROM unnest(?::uuid[], ?::int[], ?::text[], ?::text[])"
            + " WITH ORDINALITY AS a (widget, revision, account, recipient, number)"
            + " WHERE (SELECT w.revision FROM widgets AS w WHERE w.id = a.widget AND w.deleted = FALSE) = a.revision"
            + " AND (SELECT TRUE FROM blocked_recipients AS b WHERE b.account = a.account AND b.recipient = a.recipient)"
            + " IS NULL AND a.number NOT IN (SELECT number FROM asked WHERE met)),"
            + " begun AS (INSERT INTO limits (counter, kind, hits, ends_at) SELECT a.counter, a.kind, ARRAY[a.hit], a.ends_at"
            + " FROM asked AS a WHERE a.hit IS NOT NULL AND a.number IN (SELECT number FROM free)"
            + " ORDER BY a.counter, a.kind ON CONFLICT DO NOTHING RETURNING counter, kind)"
            + " SELECT NULL::uuid AS counter, NULL::smallint AS kind, number, set_config('synchronous_commit', 'off', true)"
            + " FROM free UNION ALL SELECT counter, kind, NULL, NULL FROM begun";

    private final List<First> all = new ArrayList<>();
    private final Map<Counter, First> byCounter = new HashMap<>();

    /** One of them. */
    static final class First {
        private final SessionTerms terms;
        private final Map<Counter, Rule> counted;
        private final Set<Counter> concerned = new HashSet<>();
        private final Instant now;
        private final Set<Counter> begun = new HashSet<>();
        private boolean free;

        First(SessionTerms terms, List<Limit> limits, Instant now) {
            this.terms = terms;
            this.counted = Limit.counted(limits);
            this.now = now;
            limits.forEach(limit -> concerned.add(limit.counter()));
        }

        /** Whether it is to be kept. */
        boolean isCounted() {
            return free && begun.size() == counted.size();
        }

        /** The counters of it that were begun, whether or not it is to be kept. */
        Set<Counter> begun() {
            return begun;
        }

        private Tally tally(Rule rule) {
            return Tally.NONE.with(rule, now);
        }
    }

    /** Whether it may be the first, as another one here is counted against the same. */
    boolean add(First first) {
        if (!Collections.disjoint(byCounter.keySet(), first.concerned)) {
            return false;
        }
        first.concerned.forEach(counter -> byCounter.put(counter, first));
        return all.add(first);
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** Asks for all, and counts. The statement is {@link #BEGIN}. */
    void begin(PreparedStatement statement, Counters known) throws SQLException {
        bind(statement);
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                int number = rows.getInt("number");
                if (rows.wasNull()) {
                    CounterRow.counter(rows)
                            .ifPresent(counter -> Objects.requireNonNull(byCounter.get(counter))
                                    .begun
                                    .add(counter));
                } else {
                    all.get(number - 1).free = true;
                }
            }
        }
        for (First first : all) {
            if (first.isCounted()) {
                first.concerned.forEach(counter -> {
                    @Nullable Rule rule = first.counted.get(counter);
                    known.loaded(
                            counter, rule == null ? null : first.tally(rule).hits());
                });
            }
        }
    }

    private void bind(PreparedStatement to) throws SQLException {
        List<Object> numbers = new ArrayList<>();
        List<Object> keys = new ArrayList<>();
        List<Object> kinds = new ArrayList<>();
        List<@Nullable Object> hits = new ArrayList<>();
        List<Object> ends = new ArrayList<>();
        List<Object> widgets = new ArrayList<>();
        List<Object> revisions = new ArrayList<>();
        List<Object> accounts = new ArrayList<>();
        List<Object> recipients = new ArrayList<>();
        for (First first : all) {
            widgets.add(first.terms.widget().id().value());
            revisions.add(first.terms.widget().revision());
            accounts.add(first.terms.widget().owner().value());
            recipients.add(first.terms.recipient().value());
            for (Counter counter : first.concerned) {
                numbers.add(widgets.size());
                keys.add(counter.key());
                kinds.add((short) counter.kind().number());
                @Nullable Rule rule = first.counted.get(counter);
                hits.add(rule == null ? null : first.tally(rule).hits()[0]);
                ends.add(rule == null ? 0L : CounterRow.wholeHour(rule.endOf(first.now)));
            }
        }
        set(to, 1, "integer", numbers);
        set(to, 2, "uuid", keys);
        set(to, 3, "smallint", kinds);
        set(to, 4, "bigint", hits);
        set(to, 5, "bigint", ends);
        set(to, 6, "uuid", widgets);
        set(to, 7, "integer", revisions);
        set(to, 8, "text", accounts);
        set(to, 9, "text", recipients);
    }

    private static void set(PreparedStatement to, int parameter, String type, List<? extends @Nullable Object> values)
            throws SQLException {
        to.setArray(parameter, PostgresLimits.array(to, type, values.toArray()));
    }
}
