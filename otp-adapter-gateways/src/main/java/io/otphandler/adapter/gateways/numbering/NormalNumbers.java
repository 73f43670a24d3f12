package io.otphandler.adapter.gateways.numbering;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.Phonemetadata.PhoneMetadata;
import com.google.i18n.phonenumbers.Phonenumber;
import com.google.i18n.phonenumbers.metadata.DefaultMetadataDependenciesProvider;
import com.google.i18n.phonenumbers.metadata.source.MetadataSource;
import io.otphandler.domain.recipient.PhoneNumber;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes numbers apart that come as most do, in their normal form, as libphonenumber would: a plus, the country code, and
 * what follows it. That library looks through every text for all that a human may write, with half a dozen regular
 * expressions; here one is asked, and only it could make such a number another: whether there is a prefix for calls from
 * within the country that does not belong there. Then, and for all else, it is the library's turn. Builds on how {@code
 * PhoneNumberUtil.parse} goes about it, and on data that the library keeps in a package of its own: a test holds one
 * against the other. Thread-safe.
 */
final class NormalNumbers {
    /** Every number of the E.164 form has two digits more at least, and so all that the library wants of a national one. */
    private static final int LONGEST_COUNTRY_CODE = 3;

    private final PhoneNumberUtil plans;
    private final Set<Integer> countryCodes;
    private final MetadataSource metadata =
            DefaultMetadataDependenciesProvider.getInstance().getPhoneNumberMetadataSource();
    /** By country code: what numbers begin with whose prefix has to be taken off; empty: there are none. */
    private final Map<Integer, Optional<Pattern>> prefixes = new ConcurrentHashMap<>();

    NormalNumbers(PhoneNumberUtil plans) {
        this.plans = plans;
        this.countryCodes = Set.copyOf(plans.getSupportedCallingCodes());
    }

    /** What the library would make of it; null: ask it. */
    Phonenumber.@Nullable PhoneNumber parse(String typed) {
        if (!PhoneNumber.isE164(typed)) {
            return null;
        }
        int countryCode = 0;
        for (int i = 1; i <= LONGEST_COUNTRY_CODE; i++) {
            countryCode = countryCode * 10 + (typed.charAt(i) - '0');
            if (countryCodes.contains(countryCode)) {
                return national(countryCode, typed.substring(i + 1));
            }
        }
        return null;
    }

    private Phonenumber.@Nullable PhoneNumber national(int countryCode, String national) {
        // a leading zero may be part of the number, which the library notes apart
        if (national.charAt(0) == '0'
                || prefixes.computeIfAbsent(countryCode, this::prefix)
                        .filter(prefix -> prefix.matcher(national).lookingAt())
                        .isPresent()) {
            return null;
        }
        return new Phonenumber.PhoneNumber().setCountryCode(countryCode).setNationalNumber(Long.parseLong(national));
    }

    private Optional<Pattern> prefix(int countryCode) {
        String region = plans.getRegionCodeForCountryCode(countryCode);
        @Nullable
        PhoneMetadata plan = region.equals(PhoneNumberUtil.REGION_CODE_FOR_NON_GEO_ENTITY)
                ? metadata.getMetadataForNonGeographicalRegion(countryCode)
                : metadata.getMetadataForRegion(region);
        return Optional.ofNullable(plan)
                .map(PhoneMetadata::getNationalPrefixForParsing)
                .filter(prefix -> !prefix.isEmpty())
                .map(Pattern::compile);
    }
}
