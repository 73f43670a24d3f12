package io.otphandler.application.guard;

import io.otphandler.application.port.Ruling;
import io.otphandler.application.port.Rulings;
import io.otphandler.domain.guard.Finding;
import io.otphandler.domain.guard.NumberPrefix;
import io.otphandler.domain.guard.Suspicion;
import io.otphandler.domain.guard.Traffic;
import io.otphandler.domain.recipient.Numbering;
import io.otphandler.domain.widget.WidgetId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Slows and blocks messages to number prefixes that look like pumping, on what this node has counted and others have told.
 * To ask costs no statement: what is ruled and told goes to the {@link Rulings} with {@link #exchange}, which is to be run
 * every second. Two nodes may so each let pass what one alone would have before it blocks; a node that dies takes with it
 * what it has counted since, and all of what did not look odd. Thread-safe.
 */
public final class PrefixGuard {

    /** What is slowed: a message so often, so that who is honest can confirm. */
    static final Duration SLOWED_TO = Duration.ofSeconds(10);

    /** A block, the first time; twice as long each time after that. */
    static final Duration FIRST_BLOCK = Duration.ofHours(1);

    static final Duration LONGEST_BLOCK = Duration.ofHours(24);
    /** How long a prefix that was blocked is watched closely. */
    static final Duration PROBATION = Duration.ofHours(24);
    /** What is held against a prefix on probation: few more unconfirmed messages block it again. */
    static final int HELD_AGAINST = 40;

    /** How long a lifted prefix is left alone. */
    static final Duration LEFT_ALONE = Duration.ofHours(1);

    /** After the end of the admin API's instants. */
    public static final Instant FOR_EVER = Instant.parse("9999-12-31T00:00:00Z");

    /** About 12 MB; those that were not asked for longest are forgotten first. */
    static final int MAX_PREFIXES = 20_000;

    /** Several times as far as clocks of nodes may differ, and as a statement may take. */
    private static final Duration OVERLAP = Duration.ofSeconds(30);

    /** Who sees that many messages to a prefix and hardly anybody confirm tells the others. */
    private static final int WORTH_TELLING = 8;

    private final Rulings rulings;
    private final UUID node;
    private final Consumer<Event> events;

    private final Map<WidgetId, TrafficLog> totals = recentlyUsed();
    private final Map<Key, Watched> watched = recentlyUsed();
    private final Set<Key> untold = new HashSet<>();
    private final List<Ruling> unkept = new ArrayList<>();
    /** Read without the lock, and replaced as a whole. */
    private volatile Map<WidgetId, List<Ruling>> ruled = Map.of();

    private Instant seenUntil = Instant.EPOCH;

    private record Key(WidgetId widget, NumberPrefix prefix) {}

    /** What is known of a prefix. */
    private static final class Watched {
        private final TrafficLog own = new TrafficLog();
        private final Map<UUID, TrafficLog> others = new HashMap<>();
        private Instant nextSlowed = Instant.EPOCH;
        private boolean slowed;
        private boolean told;

        Traffic at(Instant now) {
            Traffic traffic = own.at(now);
            for (TrafficLog other : others.values()) {
                traffic = traffic.plus(other.at(now));
            }
            return traffic;
        }
    }

    /** Something that was decided. */
    public sealed interface Event permits Slowed, Blocked {}

    /** From now on messages to the prefix go out one by one, on this node. */
    public record Slowed(WidgetId widget, NumberPrefix prefix, Instant at, Finding finding) implements Event {}

    public record Blocked(Ruling ruling, Finding finding) implements Event {}

    /** How a prefix stands. */
    public record Standing(
            WidgetId widget, NumberPrefix prefix, State state, Optional<Ruling> ruling, Finding finding) {}

    /** How traffic to a prefix is treated. */
    public enum State {
        SLOWED,
        BLOCKED,
        /** It was blocked, and is watched closely. */
        PROBATION,
        LIFTED,
        ALLOWED
    }

    /**
     * A guard that has yet to learn what others have ruled.
     *
     * @param node names this run of this node
     * @param events hears of decisions, under the lock of the guard: must be quick, and must not ask it
     */
    public PrefixGuard(Rulings rulings, UUID node, Consumer<Event> events) {
        this.rulings = rulings;
        this.node = node;
        this.events = events;
    }

    private static <K, V> Map<K, V> recentlyUsed() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > MAX_PREFIXES;
            }
        };
    }

    /**
     * Counts a message that is asked for, unless it is not to go out now.
     *
     * @param costly whether it is paid for
     * @return when it may be asked for again; empty: it may go out, and is counted
     */
    public synchronized Optional<Instant> admit(WidgetId widget, Numbering number, boolean costly, Instant now) {
        List<Ruling> concerned = ruledOn(widget, number);
        if (isAllowed(concerned, now)) {
            return Optional.empty();
        }
        Optional<Instant> blockedUntil = blockedUntil(concerned, now);
        if (blockedUntil.isPresent()) {
            return blockedUntil;
        }
        List<NumberPrefix> prefixes = NumberPrefix.of(number);
        Traffic total = total(widget, now);
        @Nullable Watched slowed = null;
        for (NumberPrefix prefix : prefixes) {
            Key key = new Key(widget, prefix);
            @Nullable Watched known = watched.get(key);
            if (known == null || isLeftAlone(concerned, prefix, now)) {
                continue;
            }
            @Nullable Ruling last = ruling(concerned, prefix);
            Finding finding = judge(known, total, last, costly, now);
            switch (finding.level()) {
                case PASS -> known.slowed = false;
                case SLOW -> {
                    if (!known.slowed) {
                        known.slowed = true;
                        setApart(key, known);
                        events.accept(new Slowed(widget, prefix, now, finding));
                    }
                    if (now.isBefore(known.nextSlowed)) {
                        return Optional.of(known.nextSlowed);
                    }
                    slowed = slowed == null ? known : slowed;
                }
                case BLOCK -> {
                    return Optional.of(block(key, last, finding, now).until());
                }
            }
        }
        if (slowed != null) {
            slowed.nextSlowed = now.plus(SLOWED_TO);
        }
        count(widget, prefixes, concerned, log -> log.message(now), now);
        return Optional.empty();
    }

    private Traffic total(WidgetId widget, Instant now) {
        @Nullable TrafficLog log = totals.get(widget);
        return log == null ? Traffic.NONE : log.at(now);
    }

    private static Finding judge(Watched known, Traffic total, @Nullable Ruling last, boolean costly, Instant now) {
        Traffic traffic = known.at(now);
        Traffic elsewhere = total.minus(known.own.at(now));
        boolean onProbation = last != null && last.isOnProbationAt(now);
        return Suspicion.judge(
                onProbation ? traffic.withSilent(HELD_AGAINST) : traffic, elsewhere, costly || onProbation);
    }

    private Ruling block(Key key, @Nullable Ruling last, Finding finding, Instant now) {
        int strikes = last != null && last.isOnProbationAt(now) ? last.strikes() + 1 : 1;
        Duration doubled = FIRST_BLOCK.multipliedBy(1L << Math.min(strikes - 1, 10));
        Instant until = now.plus(doubled.compareTo(LONGEST_BLOCK) < 0 ? doubled : LONGEST_BLOCK);
        Ruling ruling = new Ruling(
                key.widget,
                key.prefix,
                Ruling.State.BLOCKED,
                strikes,
                now,
                until,
                until.plus(PROBATION),
                finding.sentence());
        learn(ruling);
        unkept.add(ruling);
        events.accept(new Blocked(ruling, finding));
        return ruling;
    }

    /** What was counted is not to be: the message does not go out. */
    public synchronized void withdraw(WidgetId widget, Numbering number, Instant countedAt, Instant now) {
        count(widget, NumberPrefix.of(number), ruledOn(widget, number), log -> log.withdraw(countedAt), now);
    }

    /** Counts a message that goes out in any case. */
    public synchronized void sent(WidgetId widget, Numbering number, Instant now) {
        countUnlessAllowed(widget, number, log -> log.message(now), now);
    }

    /** Counts a confirmation. */
    public synchronized void confirmed(WidgetId widget, Numbering number, Instant now) {
        countUnlessAllowed(widget, number, log -> log.confirmation(now), now);
    }

    private void countUnlessAllowed(WidgetId widget, Numbering number, Consumer<TrafficLog> change, Instant now) {
        List<Ruling> concerned = ruledOn(widget, number);
        if (!isAllowed(concerned, now)) {
            count(widget, NumberPrefix.of(number), concerned, change, now);
        }
    }

    /** What is slowed or left alone is not held against the larger prefixes that it is part of. */
    private void count(
            WidgetId widget,
            List<NumberPrefix> prefixes,
            List<Ruling> concerned,
            Consumer<TrafficLog> change,
            Instant now) {
        change.accept(totals.computeIfAbsent(widget, missing -> new TrafficLog()));
        boolean apart = false;
        for (NumberPrefix prefix : prefixes) {
            if (apart || isOutside(concerned, prefix, now)) {
                break;
            }
            Key key = new Key(widget, prefix);
            Watched known = watched.computeIfAbsent(key, missing -> new Watched());
            change.accept(known.own);
            if (known.told || isWorthTelling(known.own.at(now))) {
                known.told = true;
                untold.add(key);
            }
            apart = known.slowed;
        }
    }

    /** Whether a smaller prefix is left alone. */
    private static boolean isOutside(List<Ruling> concerned, NumberPrefix prefix, Instant now) {
        return concerned.stream()
                .anyMatch(ruling -> ruling.isExemptAt(now) && !ruling.prefix().contains(prefix));
    }

    private static boolean isWorthTelling(Traffic traffic) {
        return (traffic.hourMessages() >= WORTH_TELLING && traffic.hourConfirmed() * 4 < traffic.hourMessages())
                || (traffic.dayMessages() >= WORTH_TELLING * 4 && traffic.dayConfirmed() * 4 < traffic.dayMessages());
    }

    /** Until when no message goes to the number; null: it may. Does not wait for anybody. */
    public @Nullable Instant blockedUntil(WidgetId widget, Numbering number, Instant now) {
        List<Ruling> concerned = ruledOn(widget, number);
        return isAllowed(concerned, now) ? null : blockedUntil(concerned, now).orElse(null);
    }

    /** Whether any message of the widget's is held back: without it, nobody's number need be looked at. */
    public boolean hasRuledOn(WidgetId widget) {
        return ruled.containsKey(widget);
    }

    private List<Ruling> ruledOn(WidgetId widget, Numbering number) {
        List<Ruling> all = ruled.get(widget);
        return all == null
                ? List.of()
                : all.stream()
                        .filter(ruling -> ruling.prefix().contains(number))
                        .toList();
    }

    private static boolean isAllowed(List<Ruling> concerned, Instant now) {
        return concerned.stream().anyMatch(ruling -> ruling.state() == Ruling.State.ALLOWED && ruling.isExemptAt(now));
    }

    private static Optional<Instant> blockedUntil(List<Ruling> concerned, Instant now) {
        return concerned.stream()
                .filter(ruling -> ruling.isBlockedAt(now))
                .map(Ruling::until)
                .max(Comparator.naturalOrder());
    }

    private static boolean isLeftAlone(List<Ruling> concerned, NumberPrefix prefix, Instant now) {
        return concerned.stream()
                .anyMatch(ruling -> ruling.isExemptAt(now) && ruling.prefix().contains(prefix));
    }

    private static @Nullable Ruling ruling(List<Ruling> concerned, NumberPrefix prefix) {
        return concerned.stream()
                .filter(ruling -> ruling.prefix().equals(prefix))
                .findFirst()
                .orElse(null);
    }

    // ---- what is ruled

    /** Has it take effect here at once. */
    private void learn(Ruling ruling) {
        Map<WidgetId, List<Ruling>> all = new HashMap<>(ruled);
        all.put(
                ruling.widget(),
                Stream.concat(
                                all.getOrDefault(ruling.widget(), List.of()).stream()
                                        .filter(other -> !other.prefix().equals(ruling.prefix())),
                                Stream.of(ruling))
                        .toList());
        ruled = Map.copyOf(all);
        takeEffect(ruling);
    }

    private void takeEffect(Ruling ruling) {
        Key key = new Key(ruling.widget(), ruling.prefix());
        switch (ruling.state()) {
            case BLOCKED -> {
                @Nullable Watched known = watched.get(key);
                if (known != null) {
                    @Nullable TrafficLog total = totals.get(ruling.widget());
                    if (total != null) {
                        total.subtract(known.own);
                    }
                    if (!known.slowed) {
                        setApart(key, known);
                    }
                    forget(key);
                }
            }
            case LIFTED, ALLOWED -> forget(key);
        }
    }

    /** What is explained by this prefix is not held against the larger ones that it is part of. */
    private void setApart(Key key, Watched part) {
        watched.forEach((other, larger) -> {
            if (isWithin(key, other)) {
                larger.own.subtract(part.own);
                untold.add(other);
            }
        });
    }

    /** Whether the prefix is part of the other, larger one. */
    private static boolean isWithin(Key key, Key other) {
        return other.widget.equals(key.widget) && !other.prefix.equals(key.prefix) && other.prefix.contains(key.prefix);
    }

    /** Begins afresh with a prefix and all that are part of it. */
    private void forget(Key key) {
        watched.keySet().stream()
                .filter(other -> other.widget.equals(key.widget) && key.prefix.contains(other.prefix))
                .toList()
                .forEach(other -> {
                    watched.remove(other);
                    // the others are to forget it, too
                    watched.put(other, new Watched());
                    untold.add(other);
                });
    }

    /** Forgets what was counted of a prefix, and leaves it alone for a while. */
    public void lift(WidgetId widget, NumberPrefix prefix, Instant now) {
        Instant until = now.plus(LEFT_ALONE);
        // kept for as long as what was told before may be heard
        rule(new Ruling(widget, prefix, Ruling.State.LIFTED, 0, now, until, now.plus(PROBATION), "Lifted by an admin"));
    }

    /** Has a prefix never be judged, until it is lifted. */
    public void allow(WidgetId widget, NumberPrefix prefix, Instant now) {
        rule(new Ruling(
                widget, prefix, Ruling.State.ALLOWED, 0, now, FOR_EVER, FOR_EVER, "On the allow-list by an admin"));
    }

    private void rule(Ruling ruling) {
        rulings.put(ruling);
        synchronized (this) {
            unkept.removeIf(other ->
                    other.widget().equals(ruling.widget()) && other.prefix().equals(ruling.prefix()));
            learn(ruling);
        }
    }

    /** Those of a widget's prefixes that are not treated as all others, the longest blocked first. */
    public synchronized List<Standing> standings(WidgetId widget, Instant now) {
        List<Standing> standings = new ArrayList<>();
        Traffic total = total(widget, now);
        Set<NumberPrefix> seen = new HashSet<>();
        for (Ruling ruling : ruled.getOrDefault(widget, List.of())) {
            seen.add(ruling.prefix());
            Key key = new Key(widget, ruling.prefix());
            Watched known = watched.getOrDefault(key, new Watched());
            State state = switch (ruling.state()) {
                case BLOCKED -> ruling.isBlockedAt(now) ? State.BLOCKED : State.PROBATION;
                case LIFTED -> State.LIFTED;
                case ALLOWED -> State.ALLOWED;
            };
            if (now.isBefore(ruling.keptUntil())) {
                standings.add(new Standing(
                        widget, ruling.prefix(), state, Optional.of(ruling), judge(known, total, ruling, true, now)));
            }
        }
        for (Map.Entry<Key, Watched> entry : List.copyOf(watched.entrySet())) {
            Key key = entry.getKey();
            if (key.widget.equals(widget) && entry.getValue().slowed && seen.add(key.prefix)) {
                Finding finding = judge(entry.getValue(), total, null, true, now);
                if (finding.level() != Finding.Level.PASS) {
                    standings.add(new Standing(widget, key.prefix, State.SLOWED, Optional.empty(), finding));
                }
            }
        }
        standings.sort(Comparator.comparing(standing -> standing.prefix().toString()));
        return standings;
    }

    /** How many prefixes are blocked. */
    public long blocked(Instant now) {
        return ruled.values().stream()
                .flatMap(Collection::stream)
                .filter(ruling -> ruling.isBlockedAt(now))
                .count();
    }

    // ---- with the others

    /** Tells the store what is new here, and learns from it what is new elsewhere: four statements at most. */
    public void exchange(Instant now) {
        List<Ruling> toKeep;
        List<Rulings.Tale> tales;
        Set<Key> told;
        Instant since;
        synchronized (this) {
            toKeep = List.copyOf(unkept);
            told = new HashSet<>(untold);
            tales = told.stream()
                    .flatMap(key -> {
                        @Nullable Watched known = watched.get(key);
                        return known == null
                                ? Stream.empty()
                                : Stream.of(new Rulings.Tale(node, key.widget, key.prefix, known.own.written(), now));
                    })
                    .toList();
            untold.removeAll(told);
            since = seenUntil;
        }
        try {
            toKeep.forEach(rulings::put);
            if (!tales.isEmpty()) {
                rulings.tell(tales);
            }
            List<Rulings.Tale> heard = rulings.toldSince(since, node);
            List<Ruling> inForce = rulings.inForce(now);
            synchronized (this) {
                unkept.removeAll(toKeep);
                learnAll(inForce);
                heard.forEach(this::hear);
                // its clock may be behind that of who told
                Instant seen = now.minus(OVERLAP);
                seenUntil = seen.isAfter(seenUntil) ? seen : seenUntil;
            }
        } catch (RuntimeException e) {
            synchronized (this) {
                untold.addAll(told);
            }
            throw e;
        }
    }

    private void hear(Rulings.Tale tale) {
        boolean isOver = ruled.getOrDefault(tale.widget(), List.of()).stream()
                .anyMatch(ruling -> ruling.prefix().contains(tale.prefix())
                        && !tale.toldAt().isAfter(ruling.since()));
        if (isOver) {
            return;
        }
        TrafficLog.of(tale.traffic())
                .ifPresent(
                        log -> watched.computeIfAbsent(new Key(tale.widget(), tale.prefix()), missing -> new Watched())
                                .others
                                .put(tale.by(), log));
    }

    /** What is in force now, and what was decided here while that was being read. */
    private void learnAll(List<Ruling> inForce) {
        Map<Key, Ruling> before = new HashMap<>();
        ruled.values()
                .forEach(all -> all.forEach(ruling -> before.put(new Key(ruling.widget(), ruling.prefix()), ruling)));
        Map<Key, Ruling> next = new LinkedHashMap<>();
        inForce.forEach(ruling -> next.put(new Key(ruling.widget(), ruling.prefix()), ruling));
        unkept.forEach(ruling -> next.put(new Key(ruling.widget(), ruling.prefix()), ruling));
        before.forEach((key, ruling) -> {
            @Nullable Ruling read = next.get(key);
            if (read != null && read.since().isBefore(ruling.since())) {
                next.put(key, ruling);
            }
        });
        Map<WidgetId, List<Ruling>> all = new HashMap<>();
        next.values()
                .forEach(ruling -> all.merge(
                        ruling.widget(),
                        List.of(ruling),
                        (some, more) ->
                                Stream.concat(some.stream(), more.stream()).toList()));
        ruled = Map.copyOf(all);
        next.forEach((key, ruling) -> {
            if (!ruling.equals(before.get(key))) {
                takeEffect(ruling);
            }
        });
    }
}
