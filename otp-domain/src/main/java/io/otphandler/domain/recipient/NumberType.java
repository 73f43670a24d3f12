package io.otphandler.domain.recipient;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What a range of phone numbers is for, after the numbering plans, under the names of the admin API. */
public enum NumberType {
    MOBILE("mobile", true),
    FIXED_LINE("fixedLine", true),
    /** In some countries, such as the United States, the number does not tell which. */
    FIXED_LINE_OR_MOBILE("fixedLineOrMobile", true),
    VOIP("voip", true),
    /** Follows its holder from phone to phone. */
    PERSONAL("personal", true),
    /** The plans do not say; new ranges come into use before the plans' readers learn of them. */
    UNKNOWN("unknown", true),
    PREMIUM_RATE("premiumRate", false),
    SHARED_COST("sharedCost", false),
    TOLL_FREE("tollFree", false),
    PAGER("pager", false),
    /** A company's number for all its places. */
    UAN("uan", false),
    VOICEMAIL("voicemail", false);

    /** Those whose numbers may be somebody's own. */
    public static final Set<NumberType> THAT_ARE_PERSONAL = personal();

    private final String wireName;
    private final boolean personal;

    NumberType(String wireName, boolean personal) {
        this.wireName = wireName;
        this.personal = personal;
    }

    /** The name in the admin API, such as {@code premiumRate}. */
    public String wireName() {
        return wireName;
    }

    public static Optional<NumberType> named(String wireName) {
        return Stream.of(values())
                .filter(type -> type.wireName.equals(wireName))
                .findFirst();
    }

    private static Set<NumberType> personal() {
        EnumSet<NumberType> types = EnumSet.noneOf(NumberType.class);
        for (NumberType type : values()) {
            if (type.personal) {
                types.add(type);
            }
        }
        return Set.copyOf(types);
    }
}
