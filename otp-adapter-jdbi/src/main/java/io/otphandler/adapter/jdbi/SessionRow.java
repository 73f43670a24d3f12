package io.otphandler.adapter.jdbi;

import io.otphandler.application.port.BudgetId;
import io.otphandler.application.port.Counter;
import io.otphandler.application.port.Lease;
import io.otphandler.domain.channel.CodeType;
import io.otphandler.domain.code.ChosenCode;
import io.otphandler.domain.code.CodeHash;
import io.otphandler.domain.recipient.EmailAddress;
import io.otphandler.domain.recipient.PhoneNumber;
import io.otphandler.domain.recipient.Recipient;
import io.otphandler.domain.session.AttemptsExpired;
import io.otphandler.domain.session.Cancelled;
import io.otphandler.domain.session.ChannelRun;
import io.otphandler.domain.session.Completed;
import io.otphandler.domain.session.Confirmed;
import io.otphandler.domain.session.Dispatch;
import io.otphandler.domain.session.Exhausted;
import io.otphandler.domain.session.Failed;
import io.otphandler.domain.session.LeftCode;
import io.otphandler.domain.session.Sent;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.session.SessionNotes;
import io.otphandler.domain.session.SessionTerms;
import io.otphandler.domain.session.Waiting;
import io.otphandler.domain.widget.Leg;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A session as a row of its table: the terms, which are written once, and the columns that change with every
 * move. Immutable.
 *
 * @param version counts the changes from 1
 * @param requestsDone which requests have moved it
 * @param budget what its moves are counted against; null: nothing
 * @param due when somebody has to look after it, for a pending message the end of its lease; null: never
 */
record SessionRow(
        Session session,
        int version,
        DoneRequests requestsDone,
        @Nullable BudgetId budget,
        @Nullable Instant due) {

    static final int WAITING = 0;
    private static final int SENT = 1;
    private static final int FAILED = 2;
    private static final int CONFIRMED = 3;
    private static final int COMPLETED = 4;
    private static final int CANCELLED = 5;
    private static final int ATTEMPTS_EXPIRED = 6;
    private static final int EXHAUSTED = 7;

    private static final int CODE = 0;
    private static final int CODELESS = 1;

    private static final String CHANGING = "state, expires_at, due_at, leg, dispatch, asked_at, chosen_code, code_type,"
            + " tries_left, restarts_left, change_unseen, held_back, left_leg, left_dispatch, left_code, left_until, reached_at,"
            + " completed_at, requests_done";
    private static final String FIXED = "id, widget_id, widget_revision, recipient, legs, fixed_code, started_at,"
            + " ends_at, locale, reference, client_ip, code_key, budget_id";

    /** Everything but the timeline, which only whoever asks for it reads. */
    static final String SELECT = "SELECT " + FIXED + ", version, " + CHANGING + " FROM sessions ";

    /** Where columns stand in every row that is read here: drivers look names up in tables made for each statement. */
    private static final Map<String, Integer> POSITIONS = positions();

    static final String FIND = SELECT + "WHERE id = ?";
    static final String FIND_ALL = SELECT + "WHERE id = ANY(?)";
    /** The columns of a session, by the name that its table goes by. */
    static String columnsOf(String table) {
        return Stream.of((FIXED + ", version, " + CHANGING).split(", *"))
                .map(column -> table + "." + column)
                .collect(Collectors.joining(", "));
    }

    /** With what is counted of their budgets: looked up row by row, however a plan was made while there was nothing. */
    static final String FIND_ALL_COUNTED = "SELECT " + columnsOf("s") + counted("messages", Counter.Kind.MESSAGES)
            + counted("wrong_codes", Counter.Kind.WRONG_CODES) + " FROM sessions AS s WHERE s.id = ANY(?)";

    private static String counted(String name, Counter.Kind kind) {
        return ", (SELECT l.hits FROM limits AS l WHERE l.counter = s.budget_id AND l.kind = " + kind.number() + ") AS "
                + name;
    }

    /**
     * Two parameters: by when, and how many at most. From 0 on: without a lower bound H2 goes through all that are never
     * due.
     */
    static final String DUE_IDS =
            "SELECT id FROM sessions WHERE due_at BETWEEN 0 AND ? ORDER BY due_at FETCH FIRST ? ROWS ONLY";

    /** Two parameters: before when they must have been gone, and how many at most. */
    static final String GONE_IDS = "SELECT id FROM sessions WHERE expires_at < ? FETCH FIRST ? ROWS ONLY";

    /** One parameter: the id. */
    static final String DELETE = "DELETE FROM sessions WHERE id = ?";

    /** One parameter: the budget. */
    static final String OPEN = "SELECT id FROM sessions WHERE budget_id = ? AND state IN (" + WAITING + ", " + SENT
            + ", " + FAILED + ") FETCH FIRST 100 ROWS ONLY";

    /** The columns of {@link #bindNew}. */
    static final String NEW = FIXED + ", version, " + CHANGING + ", timeline";
    /** The columns of {@link #bindChanged}, but for the timeline and the id at its end. */
    static final String CHANGED = "version, " + CHANGING;

    static final String INSERT = insert(NEW);

    /** Parameters: those columns. */
    static String insert(String columns) {
        return "INSERT INTO sessions (" + columns + ") VALUES ("
                + columns(columns).map(column -> "?").collect(Collectors.joining(", ")) + ")";
    }

    /** Parameters: those columns, what is to be appended to the timeline, and the id. */
    static String update(String columns) {
        return "UPDATE sessions SET "
                + columns(columns).map(column -> column + " = ?").collect(Collectors.joining(", "))
                + ", " + appended("timeline || CAST(? AS VARBINARY)") + " WHERE id = ?";
    }

    /**
     * For PostgreSQL; keeps nothing where the version is another one, or where the wrong codes counted of its budget are
     * not those that it was decided on. The last two parameters are of {@link CounterRow#bindUnchanged}.
     */
    static final String UPDATE_GUARDED = "UPDATE sessions SET version = ?, "
            + columns(CHANGING).map(SessionRow::assignment).collect(Collectors.joining(", "))
            + ", " + appended("timeline || ?") + " WHERE id = ? AND version = ?"
            + " AND NOT EXISTS (SELECT 1 FROM limits AS l WHERE l.counter = ? AND l.kind = "
            + Counter.Kind.WRONG_CODES.number() + " AND l.hits IS DISTINCT FROM ?)";

    private static Stream<String> columns(String list) {
        return Stream.of(list.split(", *"));
    }

    private static String appended(String longer) {
        return "timeline = CASE WHEN OCTET_LENGTH(timeline) < " + Timeline.BOUND + " THEN " + longer
                + " ELSE timeline END";
    }

    /** Makes the process that owned a message forget it: at once due for whoever comes. */
    static final String VOID_LEASES = "UPDATE sessions SET due_at = 0 WHERE due_at >= 0 AND state = " + WAITING;

    /** A message that stays pending keeps its lease, whoever changes something else about its session. */
    private static String assignment(String column) {
        return column.equals("due_at")
                ? "due_at = CASE WHEN state = " + WAITING + " AND dispatch = ? THEN due_at ELSE ? END"
                : column + " = ?";
    }

    /** When somebody has to look after a session; null: never. */
    static @Nullable Instant due(Session session) {
        return session instanceof Waiting waiting
                ? Lease.ofStorer(waiting).until()
                : session.nextDue().filter(session.expiresAt()::isAfter).orElse(null);
    }

    /** For {@link #INSERT}. */
    static void bindInsert(PreparedStatement statement, SessionRow row, byte[] timeline) throws SQLException {
        row.bindNew(new StatementBinder(statement), timeline);
    }

    /** For {@link #UPDATE_GUARDED}; answers with the number of the next parameter. */
    static int bindGuarded(PreparedStatement statement, SessionRow row, byte[] timeline) throws SQLException {
        StatementBinder to = new StatementBinder(statement);
        to.number(row.version);
        row.bindChanging(to, true);
        to.bytes(timeline);
        to.uuid(row.session.id().value());
        to.number(row.version - 1);
        return to.next();
    }

    boolean isDue(Instant now) {
        return due != null && !due.isAfter(now);
    }

    /** Of one that has ended nothing is counted any more: its place in the index of budgets can be spared. */
    SessionRow withoutBudgetOfTheEnded() {
        return budget != null && hasEnded() ? new SessionRow(session, version, requestsDone, null, due) : this;
    }

    /** Whether nothing moves it any more. */
    boolean hasEnded() {
        return !(session instanceof Waiting
                || session instanceof Sent
                || session instanceof Failed
                || session instanceof Confirmed);
    }

    /** All that there is, and the timeline. */
    void bindNew(Binder to, byte[] wholeTimeline) throws SQLException {
        SessionTerms terms = session.terms();
        SessionNotes notes = terms.notes();
        to.uuid(terms.id().value());
        to.uuid(terms.widget().id().value());
        to.number(terms.widget().revision());
        to.text(terms.recipient().value());
        to.text(terms.legs().stream()
                .map(leg -> leg.channelIndex() + ":" + leg.templateIndex())
                .collect(Collectors.joining(",")));
        to.code(terms.fixedCode());
        to.instant(terms.startedAt());
        to.instant(terms.endsAt());
        to.text(notes.locale());
        to.text(notes.reference());
        to.text(notes.clientIp());
        to.number(terms.codeKey());
        to.uuid(budget == null ? null : budget.value());
        to.number(version);
        bindChanging(to, false);
        to.bytes(wholeTimeline);
    }

    /** What changes, what is to be appended to the timeline, and the id. */
    void bindChanged(Binder to, byte[] moreTimeline) throws SQLException {
        to.number(version);
        bindChanging(to, false);
        to.bytes(moreTimeline);
        to.uuid(session.id().value());
    }

    /** @param leaseDecides whether the database is to find out for itself if a message stays pending */
    private void bindChanging(Binder to, boolean leaseDecides) throws SQLException {
        Changing columns = session.fold(Changing.OF);
        ChannelRun run = columns.run;
        LeftCode left = run == null ? null : run.left();
        to.number(columns.state);
        to.instant(session.expiresAt());
        if (leaseDecides) {
            to.number(
                    session instanceof Waiting waiting
                            ? waiting.run().dispatch().number()
                            : null);
            to.instant(due(session));
        } else {
            to.instant(due);
        }
        to.number(run == null ? null : run.leg());
        to.number(run == null ? null : run.dispatch().number());
        to.instant(run == null ? null : run.dispatch().askedAt());
        to.code(run == null ? null : run.dispatch().chosen());
        to.number(run == null ? null : number(run.codeType()));
        to.number(run == null ? null : run.triesLeft());
        to.number(run == null ? null : run.restartsLeft());
        to.flag(run == null ? null : run.changeUnseen());
        to.flag(run == null ? null : run.heldBack());
        to.number(left == null ? null : left.leg());
        to.number(left == null ? null : left.dispatch());
        to.code(left == null ? null : left.chosen());
        to.instant(left == null ? null : left.until());
        to.instant(columns.reachedAt);
        to.instant(columns.completedAt);
        to.bytes(requestsDone.bytes());
    }

    /** Who takes rows as they come. */
    @FunctionalInterface
    interface Consumer {
        void accept(ResultSet row) throws SQLException;
    }

    /** Where a row's widget comes from. */
    @FunctionalInterface
    interface Revisions {
        Widget get(WidgetId id, int revision) throws SQLException;
    }

    static SessionRow read(ResultSet row, Revisions revisions) throws SQLException {
        Widget widget = revisions.get(new WidgetId(uuid(row, "widget_id")), row.getInt(at("widget_revision")));
        SessionTerms terms = new SessionTerms(
                id(row),
                widget,
                recipient(row.getString(at("recipient"))),
                legs(row.getString(at("legs")), widget),
                code(row, "fixed_code"),
                time(row, "started_at"),
                time(row, "ends_at"),
                new SessionNotes(
                        row.getString(at("locale")), row.getString(at("reference")), row.getString(at("client_ip"))),
                row.getInt(at("code_key")));
        int state = row.getInt(at("state"));
        Session session = switch (state) {
            case WAITING -> new Waiting(terms, run(row));
            case SENT -> new Sent(terms, run(row), time(row, "reached_at"));
            case FAILED -> new Failed(terms, run(row));
            case CONFIRMED -> new Confirmed(terms, run(row), time(row, "reached_at"));
            case COMPLETED -> new Completed(terms, time(row, "reached_at"), time(row, "completed_at"));
            case CANCELLED -> new Cancelled(terms);
            case ATTEMPTS_EXPIRED -> new AttemptsExpired(terms);
            case EXHAUSTED -> new Exhausted(terms);
            default ->
                throw new IllegalStateException("Session " + terms.id() + " is in a state that is not known: " + state
                        + "; was it written by a newer version?");
        };
        @Nullable UUID budget = row.getObject(at("budget_id"), UUID.class);
        return new SessionRow(
                session,
                row.getInt(at("version")),
                DoneRequests.of(row.getBytes(at("requests_done"))),
                budget == null ? null : new BudgetId(budget),
                optionalTime(row, "due_at").orElse(null));
    }

    static SessionId id(ResultSet row) throws SQLException {
        return new SessionId(uuid(row, "id"));
    }

    static Recipient recipient(String value) {
        return value.indexOf('@') < 0 ? new PhoneNumber(value) : new EmailAddress(value);
    }

    private static ChannelRun run(ResultSet row) throws SQLException {
        Instant leftUntil = optionalTime(row, "left_until").orElse(null);
        LeftCode left = leftUntil == null
                ? null
                : new LeftCode(
                        row.getInt(at("left_leg")), row.getInt(at("left_dispatch")), code(row, "left_code"), leftUntil);
        return new ChannelRun(
                row.getInt(at("leg")),
                new Dispatch(row.getInt(at("dispatch")), time(row, "asked_at"), code(row, "chosen_code")),
                row.getInt(at("code_type")) == CODE ? CodeType.CODE : CodeType.CODELESS,
                row.getInt(at("tries_left")),
                row.getInt(at("restarts_left")),
                row.getBoolean(at("change_unseen")),
                row.getBoolean(at("held_back")),
                left);
    }

    private static List<Leg> legs(String text, Widget widget) {
        return Stream.of(text.split(","))
                .map(leg -> {
                    int colon = leg.indexOf(':');
                    return widget.leg(
                            Integer.parseInt(leg.substring(0, colon)), Integer.parseInt(leg.substring(colon + 1)));
                })
                .toList();
    }

    private static @Nullable ChosenCode code(ResultSet row, String column) throws SQLException {
        byte[] bytes = row.getBytes(at(column));
        if (bytes == null) {
            return null;
        }
        byte[] hash = new byte[bytes.length - 1];
        System.arraycopy(bytes, 1, hash, 0, hash.length);
        return new ChosenCode(CodeHash.of(hash), bytes[0]);
    }

    private static int number(CodeType type) {
        return switch (type) {
            case CODE -> CODE;
            case CODELESS -> CODELESS;
        };
    }

    private static Map<String, Integer> positions() {
        List<String> columns =
                Stream.of((FIXED + ", version, " + CHANGING).split(", *")).toList();
        return IntStream.range(0, columns.size())
                .boxed()
                .collect(Collectors.toUnmodifiableMap(columns::get, i -> i + 1));
    }

    private static int at(String column) {
        return Objects.requireNonNull(POSITIONS.get(column));
    }

    private static UUID uuid(ResultSet row, String column) throws SQLException {
        return row.getObject(at(column), UUID.class);
    }

    private static Instant time(ResultSet row, String column) throws SQLException {
        return Instant.ofEpochMilli(row.getLong(at(column)));
    }

    private static Optional<Instant> optionalTime(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(at(column));
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    /** What differs from state to state. */
    private record Changing(
            int state,
            @Nullable ChannelRun run,
            @Nullable Instant reachedAt,
            @Nullable Instant completedAt) {

        static final Session.Cases<Changing> OF = new Session.Cases<>() {
            @Override
            public Changing waiting(Waiting session) {
                return new Changing(WAITING, session.run(), null, null);
            }

            @Override
            public Changing sent(Sent session) {
                return new Changing(SENT, session.run(), session.sentAt(), null);
            }

            @Override
            public Changing failed(Failed session) {
                return new Changing(FAILED, session.run(), null, null);
            }

            @Override
            public Changing confirmed(Confirmed session) {
                return new Changing(CONFIRMED, session.run(), session.confirmedAt(), null);
            }

            @Override
            public Changing completed(Completed session) {
                return new Changing(COMPLETED, null, session.confirmedAt(), session.completedAt());
            }

            @Override
            public Changing cancelled(Cancelled session) {
                return new Changing(CANCELLED, null, null, null);
            }

            @Override
            public Changing attemptsExpired(AttemptsExpired session) {
                return new Changing(ATTEMPTS_EXPIRED, null, null, null);
            }

            @Override
            public Changing exhausted(Exhausted session) {
                return new Changing(EXHAUSTED, null, null, null);
            }
        };
    }
}
