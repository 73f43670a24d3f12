package io.otphandler.adapter.jdbi;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.otphandler.application.port.ContractFixtures;
import io.otphandler.application.port.Counter;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.widget.Widget;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a lane remembers. */
final class LaneMemoryTest {

    private static final Instant NOW = Instant.parse("2026-11-01T10:00:00Z");

    private final Widget widget = ContractFixtures.widget();
    private final LaneMemory memory = new LaneMemory();

    @Test
    void aSessionIsRememberedAsItWasPutLast() {
        Session session = put(session(), 1);
        put(session, 2);

        assertThat(memory.session(session.id())).isEqualTo(row(session, 2));
    }

    @Test
    void oneThatHasEndedIsForgotten() {
        Session session = put(session(), 1);
        put(session.cancel(NOW).next(), 2);

        assertThat(memory.session(session.id())).isNull();
    }

    @Test
    void theSessionThatNobodyAskedForLongestIsForgottenWhenThereAreTooMany() {
        Session asked = put(session(), 1);
        Session unasked = put(session(), 1);
        for (int i = 0; i < LaneMemory.SESSIONS - 2; i++) {
            put(session(), 1);
        }
        assertThat(memory.session(asked.id())).isNotNull();

        put(session(), 1);

        assertThat(memory.session(asked.id())).isNotNull();
        assertThat(memory.session(unasked.id())).isNull();
    }

    @Test
    void thatThereIsNoCounterIsRememberedAsWell() {
        Counter missing = counter();
        Counter unknown = counter();
        memory.put(missing, new LaneMemory.Kept(null));

        assertThat(hits(missing)).isNull();
        assertThat(memory.counter(missing)).isNotNull();
        assertThat(memory.counter(unknown)).isNull();
    }

    @Test
    void oneThatIsThereButWasNotReadIsKnownToBeThereAlone() {
        Counter unread = counter();
        Counter read = counter();
        Counter missing = counter();
        memory.putUnread(unread);
        memory.put(read, new LaneMemory.Kept(new long[] {7}));
        memory.put(missing, new LaneMemory.Kept(null));

        assertThat(memory.counter(unread)).isNull();
        assertThat(memory.isThere(unread)).isTrue();
        assertThat(memory.isThere(read)).isTrue();
        assertThat(memory.isThere(missing)).isFalse();
        assertThat(memory.isThere(counter())).isFalse();
    }

    @Test
    void whatWasPutLongAgoIsNotRecent() {
        Session session = put(session(), 1);

        assertThat(memory.session(session.id(), Duration.ofHours(1))).isEqualTo(row(session, 1));
        assertThat(memory.session(session.id(), Duration.ofNanos(-1))).isNull();
    }

    @Test
    void countersAreForgottenWithoutSessionsAndWithThem() {
        Session session = put(session(), 1);
        Counter counter = counter();
        memory.put(counter, new LaneMemory.Kept(new long[] {7}));
        assertThat(hits(counter)).containsExactly(7);

        memory.forgetCounters();
        assertThat(memory.counter(counter)).isNull();
        assertThat(memory.session(session.id())).isNotNull();

        memory.put(counter, new LaneMemory.Kept(new long[] {8}));
        memory.clear();
        assertThat(memory.counter(counter)).isNull();
        assertThat(memory.session(session.id())).isNull();
    }

    @Test
    void aSessionIsForgottenByItsName() {
        Session forgotten = put(session(), 1);
        Session other = put(session(), 1);
        memory.forget(forgotten.id());

        assertThat(memory.session(forgotten.id())).isNull();
        assertThat(memory.session(other.id())).isNotNull();
        assertThat(memory.session(new SessionId(UUID.randomUUID()))).isNull();
    }

    private long @Nullable [] hits(Counter counter) {
        LaneMemory.Kept kept = memory.counter(counter);
        return kept == null ? null : kept.hits();
    }

    @CanIgnoreReturnValue
    private Session put(Session session, int version) {
        memory.put(row(session, version));
        return session;
    }

    private static SessionRow row(Session session, int version) {
        return new SessionRow(session, version, DoneRequests.NONE, null, null);
    }

    private Session session() {
        return ContractFixtures.started(widget, NOW).next();
    }

    private static Counter counter() {
        return new Counter(UUID.randomUUID(), Counter.Kind.SENDS);
    }
}
