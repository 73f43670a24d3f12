package io.otphandler.adapter.gateways.numbering;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberType;
import com.google.i18n.phonenumbers.PhoneNumberUtil.ValidationResult;
import com.google.i18n.phonenumbers.Phonenumber;
import io.otphandler.application.port.RecipientParser;
import io.otphandler.domain.recipient.EmailAddress;
import io.otphandler.domain.recipient.NumberType;
import io.otphandler.domain.recipient.Numbering;
import io.otphandler.domain.recipient.PhoneNumber;
import io.otphandler.domain.recipient.Recipient;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Knows the numbering plans from Google's libphonenumber. A number is possible when its length is right for its country;
 * whether its range is in use is not asked, as ranges come into use faster than libraries learn of them. Whatever
 * contains an {@code @} is an e-mail address or nothing. Never throws. Thread-safe.
 */
public final class LibphonenumberRecipients implements RecipientParser {

    /** The longest text that is taken for a number: 15 digits and much punctuation. */
    static final int MAX_NUMBER_LENGTH = 64;

    /** Where not even the country code is known. */
    private static final String UNKNOWN_REGION = "ZZ";

    /** A power of two: enough for those whose sessions have just begun. */
    private static final int REMEMBERED = 4_096;

    private final PhoneNumberUtil plans = PhoneNumberUtil.getInstance();
    private final NormalNumbers normal = new NormalNumbers(plans);

    /** Each where its hash says: what is known of a number is asked several times for each of its sessions. */
    private final AtomicReferenceArray<@Nullable Known> remembered = new AtomicReferenceArray<>(REMEMBERED);

    /** A number as it was taken apart; never changed. */
    private static final class Known {
        private final String e164;
        private final Phonenumber.PhoneNumber parsed;
        private volatile @Nullable Numbering numbering;

        Known(String e164, Phonenumber.PhoneNumber parsed) {
            this.e164 = e164;
            this.parsed = parsed;
        }
    }

    @Override
    public Optional<Recipient> parse(String typed, String defaultRegion) {
        return typed.indexOf('@') < 0 ? number(typed, defaultRegion) : address(typed);
    }

    @Override
    public boolean knowsRegion(String region) {
        return plans.getSupportedRegions().contains(region);
    }

    @Override
    public Numbering numbering(PhoneNumber number) {
        try {
            Known known = known(number.value());
            Numbering numbering = known.numbering;
            if (numbering == null) {
                numbering = numbering(known.parsed);
                known.numbering = numbering;
            }
            return numbering;
        } catch (NumberParseException e) {
            return new Numbering(
                    Numbering.NOWHERE, NumberType.UNKNOWN, number.value().substring(1));
        }
    }

    private Numbering numbering(Phonenumber.PhoneNumber parsed) {
        // null where no range of its country has it: then the country code alone tells where it is
        String region = Objects.requireNonNullElseGet(
                plans.getRegionCodeForNumber(parsed), () -> plans.getRegionCodeForCountryCode(parsed.getCountryCode()));
        return new Numbering(
                region.equals(UNKNOWN_REGION) ? Numbering.NOWHERE : region,
                type(plans.getNumberType(parsed)),
                plans.getNationalSignificantNumber(parsed));
    }

    private Known known(String e164) throws NumberParseException {
        Known known = remembered.get(place(e164));
        return known != null && known.e164.equals(e164) ? known : remember(e164, parsed(e164, null));
    }

    private Phonenumber.PhoneNumber parsed(String typed, @Nullable String defaultRegion) throws NumberParseException {
        Phonenumber.PhoneNumber number = normal.parse(typed);
        return number == null ? plans.parse(typed, defaultRegion) : number;
    }

    @CanIgnoreReturnValue
    private Known remember(String e164, Phonenumber.PhoneNumber parsed) {
        Known known = new Known(e164, parsed);
        remembered.set(place(e164), known);
        return known;
    }

    private static int place(String e164) {
        int hash = e164.hashCode();
        return (hash ^ hash >>> 16) & (REMEMBERED - 1);
    }

    private static NumberType type(PhoneNumberType type) {
        return switch (type) {
            case MOBILE -> NumberType.MOBILE;
            case FIXED_LINE -> NumberType.FIXED_LINE;
            case FIXED_LINE_OR_MOBILE -> NumberType.FIXED_LINE_OR_MOBILE;
            case VOIP -> NumberType.VOIP;
            case PERSONAL_NUMBER -> NumberType.PERSONAL;
            case PREMIUM_RATE -> NumberType.PREMIUM_RATE;
            case SHARED_COST -> NumberType.SHARED_COST;
            case TOLL_FREE -> NumberType.TOLL_FREE;
            case PAGER -> NumberType.PAGER;
            case UAN -> NumberType.UAN;
            case VOICEMAIL -> NumberType.VOICEMAIL;
            case UNKNOWN -> NumberType.UNKNOWN;
        };
    }

    private static Optional<Recipient> address(String typed) {
        // in lower case first: that can make a text longer
        String address = typed.strip().toLowerCase(Locale.ROOT);
        return EmailAddress.isAddress(address) ? Optional.of(new EmailAddress(address)) : Optional.empty();
    }

    /** Zeros in front of zeros can give a number that reads as another one: recipients are compared, so it is none. */
    private boolean isNormal(String e164, Phonenumber.PhoneNumber number, String typed) throws NumberParseException {
        if (e164.equals(typed)) {
            // read already: a region means nothing to what begins with a plus
            remember(e164, number);
            return true;
        }
        return known(e164).parsed.exactlySameAs(number);
    }

    private Optional<Recipient> number(String typed, String defaultRegion) {
        // letters stand for digits ("1-800-FLOWERS") or for an extension: neither gets a message
        if (typed.length() > MAX_NUMBER_LENGTH || typed.codePoints().anyMatch(Character::isLetter)) {
            return Optional.empty();
        }
        try {
            Phonenumber.PhoneNumber number = parsed(typed, defaultRegion);
            // a number without its area code ("possible, local only") cannot be called from elsewhere
            if (number.hasExtension() || plans.isPossibleNumberWithReason(number) != ValidationResult.IS_POSSIBLE) {
                return Optional.empty();
            }
            String e164 = plans.format(number, PhoneNumberFormat.E164);
            return PhoneNumber.isE164(e164) && isNormal(e164, number, typed)
                    ? Optional.of(new PhoneNumber(e164))
                    : Optional.empty();
        } catch (NumberParseException e) {
            return Optional.empty();
        }
    }
}
