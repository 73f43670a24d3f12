package io.otphandler.application.port;

import io.otphandler.domain.recipient.EmailAddress;
import io.otphandler.domain.recipient.NumberType;
import io.otphandler.domain.recipient.Numbering;
import io.otphandler.domain.recipient.PhoneNumber;
import io.otphandler.domain.recipient.Recipient;
import java.util.Optional;

/** Knows E.164 numbers, Russian national ones and e-mail addresses: enough for tests. Stateless. */
public final class PlainRecipients implements RecipientParser {

    @Override
    public Optional<Recipient> parse(String typed, String defaultRegion) {
        if (typed.contains("@")) {
            String address = typed.strip();
            return EmailAddress.isAddress(address) ? Optional.of(new EmailAddress(address)) : Optional.empty();
        }
        String digits = typed.replaceAll("[\\s()-]", "");
        if (defaultRegion.equals("RU") && digits.matches("8[0-9]{10}")) {
            digits = "+7" + digits.substring(1);
        }
        return PhoneNumber.isE164(digits) ? Optional.of(new PhoneNumber(digits)) : Optional.empty();
    }

    /** Russian and Bangladeshi numbers lie there, all others nowhere; those that begin with 809 cost extra. */
    @Override
    public Numbering numbering(PhoneNumber number) {
        String digits = number.value().substring(1);
        String region = digits.startsWith("7") ? "RU" : digits.startsWith("880") ? "BD" : Numbering.NOWHERE;
        String national = digits.substring(region.equals("RU") ? 1 : region.equals("BD") ? 3 : 0);
        return new Numbering(
                region, national.startsWith("809") ? NumberType.PREMIUM_RATE : NumberType.MOBILE, national);
    }

    @Override
    public boolean knowsRegion(String region) {
        return region.matches("[A-Z]{2}") && !region.equals("XX");
    }
}
