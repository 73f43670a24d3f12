package io.otphandler.domain.widget;

import io.otphandler.domain.recipient.NumberType;
import io.otphandler.domain.recipient.Numbering;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Whose phone numbers a widget takes. E-mail addresses are not concerned.
 *
 * @param allowedRegions ISO 3166-1 alpha-2; empty: all
 * @param blockedRegions ISO 3166-1 alpha-2
 * @param numberTypes that are taken
 */
public record Audience(Set<String> allowedRegions, Set<String> blockedRegions, Set<NumberType> numberTypes) {

    /** Whoever has a number that may be their own: no premium rates, no company's switchboard. */
    public static final Audience ANYBODY = new Audience(Set.of(), Set.of(), NumberType.THAT_ARE_PERSONAL);

    public Audience {
        allowedRegions = Collections.unmodifiableSet(new LinkedHashSet<>(allowedRegions));
        blockedRegions = Collections.unmodifiableSet(new LinkedHashSet<>(blockedRegions));
        EnumSet<NumberType> types = EnumSet.noneOf(NumberType.class);
        types.addAll(numberTypes);
        numberTypes = Collections.unmodifiableSet(types);
    }

    public boolean takesRegionOf(Numbering number) {
        return (allowedRegions.isEmpty() || allowedRegions.contains(number.region()))
                && !blockedRegions.contains(number.region());
    }

    public boolean takesTypeOf(Numbering number) {
        return numberTypes.contains(number.type());
    }
}
