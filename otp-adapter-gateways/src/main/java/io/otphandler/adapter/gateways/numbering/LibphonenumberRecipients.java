package io.otphandler.adapter.gateways.numbering;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.PhoneNumberUtil.ValidationResult;
import com.google.i18n.phonenumbers.Phonenumber;
import io.otphandler.application.port.RecipientParser;
import io.otphandler.domain.recipient.EmailAddress;
import io.otphandler.domain.recipient.PhoneNumber;
import io.otphandler.domain.recipient.Recipient;
import java.util.Locale;
import java.util.Optional;

/**
 * Knows the numbering plans from Google's libphonenumber. A number is possible when its length is right for its country;
 * whether its range is in use is not asked, as ranges come into use faster than libraries learn of them. Whatever
 * contains an {@code @} is an e-mail address or nothing. Never throws. Thread-safe.
 */
public final class LibphonenumberRecipients implements RecipientParser {

    /** The longest text that is taken for a number: 15 digits and much punctuation. */
    static final int MAX_NUMBER_LENGTH = 64;

    private final PhoneNumberUtil plans = PhoneNumberUtil.getInstance();

    @Override
    public Optional<Recipient> parse(String typed, String defaultRegion) {
        return typed.indexOf('@') < 0 ? number(typed, defaultRegion) : address(typed);
    }

    @Override
    public boolean knowsRegion(String region) {
        return plans.getSupportedRegions().contains(region);
    }

    private static Optional<Recipient> address(String typed) {
        // in lower case first: that can make a text longer
        String address = typed.strip().toLowerCase(Locale.ROOT);
        return EmailAddress.isAddress(address) ? Optional.of(new EmailAddress(address)) : Optional.empty();
    }

    /** Zeros in front of zeros can give a number that reads as another one: recipients are compared, so it is none. */
    private boolean isNormal(String e164, Phonenumber.PhoneNumber number) throws NumberParseException {
        return plans.parse(e164, null).exactlySameAs(number);
    }

    private Optional<Recipient> number(String typed, String defaultRegion) {
        // letters stand for digits ("1-800-FLOWERS") or for an extension: neither gets a message
        if (typed.length() > MAX_NUMBER_LENGTH || typed.codePoints().anyMatch(Character::isLetter)) {
            return Optional.empty();
        }
        try {
            Phonenumber.PhoneNumber number = plans.parse(typed, defaultRegion);
            // a number without its area code ("possible, local only") cannot be called from elsewhere
            if (number.hasExtension() || plans.isPossibleNumberWithReason(number) != ValidationResult.IS_POSSIBLE) {
                return Optional.empty();
            }
            String e164 = plans.format(number, PhoneNumberFormat.E164);
            return PhoneNumber.isE164(e164) && isNormal(e164, number)
                    ? Optional.of(new PhoneNumber(e164))
                    : Optional.empty();
        } catch (NumberParseException e) {
            return Optional.empty();
        }
    }
}
