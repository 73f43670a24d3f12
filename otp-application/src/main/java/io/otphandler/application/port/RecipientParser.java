package io.otphandler.application.port;

import io.otphandler.domain.recipient.NumberType;
import io.otphandler.domain.recipient.Numbering;
import io.otphandler.domain.recipient.PhoneNumber;
import io.otphandler.domain.recipient.Recipient;
import java.util.Optional;

/** Knows the numbering plans. Thread-safe. */
public interface RecipientParser {

    /**
     * The normal form of what somebody typed; empty: no possible number or address.
     *
     * @param defaultRegion ISO 3166-1 alpha-2, for numbers without a country code
     */
    Optional<Recipient> parse(String typed, String defaultRegion);

    /** Where a number lies; of a kind that is {@link NumberType#UNKNOWN unknown} where the plans do not tell. */
    Numbering numbering(PhoneNumber number);

    /** Whether numbers of that region (ISO 3166-1 alpha-2) are known. */
    boolean knowsRegion(String region);
}
