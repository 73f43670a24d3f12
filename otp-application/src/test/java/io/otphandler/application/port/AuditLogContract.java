package io.otphandler.application.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.application.port.AuditEntry.Actor;
import io.otphandler.application.port.AuditEntry.Bearer;
import io.otphandler.application.port.AuditEntry.Part;
import io.otphandler.domain.widget.AccountId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every audit log keeps to. */
public interface AuditLogContract {

    Instant AT = Instant.parse("2026-03-01T12:00:00.123Z");
    AccountId AUDITED = new AccountId("acme");
    AccountId SOMEBODY = new AccountId("other");
    Actor BEARER = new Bearer(AUDITED, Optional.of("token 1"));

    /** The same, and at first empty, during a test. */
    AuditLog auditLog();

    @Test
    default void anEntryComesBackAsItWasMade() {
        AuditEntry full = new AuditEntry(
                UUID.randomUUID(),
                AT,
                AUDITED,
                new Bearer(SOMEBODY, Optional.of("й".repeat(RevokedToken.MAX_ID_LENGTH))),
                "widget.save",
                "й".repeat(AuditEntry.MAX_SUBJECT),
                Map.of("changed", "name, \"quoted\" \\ 😀", "long", "й".repeat(AuditEntry.MAX_DETAIL), "empty", ""));
        AuditEntry bare = new AuditEntry(
                UUID.randomUUID(), AT.minusMillis(1), AUDITED, Part.GUARD, "guard.block", "+7", Map.of());
        AuditEntry another = new AuditEntry(
                UUID.randomUUID(),
                AT.minusMillis(2),
                AUDITED,
                new Bearer(new AccountId(Part.GUARD.word()), Optional.empty()),
                "guard.lift",
                "+7",
                Map.of());
        auditLog().append(bare);
        auditLog().append(another);
        auditLog().append(full);

        assertThat(all()).containsExactly(full, bare, another);
        assertThat(all().get(0).details()).containsOnlyKeys("changed", "empty", "long");
    }

    @Test
    default void entriesAreFoundByAccountAndByAction() {
        AuditEntry mine = appended(AUDITED, "widget.save", AT);
        AuditEntry deleted = appended(AUDITED, "widget.delete", AT.plusMillis(1));
        AuditEntry others = appended(SOMEBODY, "widget.save", AT.plusMillis(2));

        assertThat(find(Optional.of(AUDITED), Optional.empty())).containsExactly(deleted, mine);
        assertThat(find(Optional.empty(), Optional.of("widget.save"))).containsExactly(others, mine);
        assertThat(find(Optional.of(AUDITED), Optional.of("widget.save"))).containsExactly(mine);
        assertThat(find(Optional.of(new AccountId("nobody")), Optional.empty())).isEmpty();
        assertThat(find(Optional.empty(), Optional.of("widget"))).isEmpty();
    }

    @Test
    default void pagesFollowOneAnotherWithNothingTwiceAndNothingLeftOut() {
        List<AuditEntry> expected = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            // three of each millisecond
            expected.add(appended(AUDITED, "widget.save", AT.plusMillis(i / 3)));
            appended(SOMEBODY, "widget.save", AT.plusMillis(i / 3));
        }

        List<AuditEntry> paged = new ArrayList<>();
        Optional<UUID> before = Optional.empty();
        for (int page = 0; page < 5; page++) {
            List<AuditEntry> found =
                    auditLog().find(new AuditLog.Query(Optional.of(AUDITED), Optional.empty(), before, 2));
            assertThat(found).hasSize(page < 4 ? 2 : 1);
            paged.addAll(found);
            before = Optional.of(found.get(found.size() - 1).id());
            // what comes meanwhile does not shift what follows
            appended(AUDITED, "widget.block", AT.plusSeconds(1 + page));
        }
        assertThat(auditLog().find(new AuditLog.Query(Optional.of(AUDITED), Optional.empty(), before, 2)))
                .isEmpty();
        assertThat(paged).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(paged).extracting(AuditEntry::at).isSortedAccordingTo((a, b) -> b.compareTo(a));
    }

    @Test
    default void afterAnEntryThatIsNotThereComesNothing() {
        appended(AUDITED, "widget.save", AT);

        assertThat(auditLog()
                        .find(new AuditLog.Query(
                                Optional.empty(), Optional.empty(), Optional.of(UUID.randomUUID()), 10)))
                .isEmpty();
    }

    @Test
    default void theOldestAreDeletedAFewAtATime() {
        AuditEntry second = appended(AUDITED, "widget.save", AT.plusMillis(1));
        AuditEntry left = appended(SOMEBODY, "widget.save", AT.plusMillis(3));
        AuditEntry third = appended(AUDITED, "widget.save", AT.plusMillis(2));
        AuditEntry first = appended(AUDITED, "widget.save", AT);

        assertThat(auditLog().deleteOlderThan(first.at(), 10)).isZero();
        assertThat(auditLog().deleteOlderThan(left.at(), 2)).isEqualTo(2);
        assertThat(all()).containsExactly(left, third);
        assertThat(second.at()).isBefore(third.at());
        assertThat(auditLog().deleteOlderThan(left.at(), 2)).isEqualTo(1);
        assertThat(all()).containsExactly(left);
    }

    @Test
    default void whatManyAppendAtTheSameTimeIsAllThere() {
        Set<UUID> appended = new HashSet<>();
        List<CompletableFuture<AuditEntry>> all = IntStream.range(0, 40)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> appended(AUDITED, "widget.save", AT.plusMillis(i))))
                .toList();
        all.forEach(one -> appended.add(one.join().id()));

        assertThat(all()).extracting(AuditEntry::id).containsExactlyInAnyOrderElementsOf(appended);
    }

    private AuditEntry appended(AccountId account, String action, Instant at) {
        AuditEntry entry = new AuditEntry(UUID.randomUUID(), at, account, BEARER, action, "subject", Map.of());
        auditLog().append(entry);
        return entry;
    }

    private List<AuditEntry> all() {
        return find(Optional.empty(), Optional.empty());
    }

    private List<AuditEntry> find(Optional<AccountId> account, Optional<String> action) {
        return auditLog().find(new AuditLog.Query(account, action, Optional.empty(), 1000));
    }
}
