package io.otphandler.application.port;

import io.otphandler.domain.limit.Rule;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A rule for a counter. Several rules may be for the same one, none of them paced then.
 *
 * @param counts whether what asks for room is counted; false: it is only asked whether there would be any
 */
public record Limit(Counter counter, Rule rule, boolean counts) {

    /** Of each counter that is counted, the rule that remembers most. */
    public static Map<Counter, Rule> counted(Collection<Limit> limits) {
        Map<Counter, Rule> rules = new LinkedHashMap<>();
        for (Limit limit : limits) {
            if (limit.counts) {
                rules.merge(limit.counter, limit.rule, (one, other) -> one.most() < other.most() ? other : one);
            }
        }
        return rules;
    }

    /** Only whether there would be room. */
    public Limit asked() {
        return new Limit(counter, rule, false);
    }
}
