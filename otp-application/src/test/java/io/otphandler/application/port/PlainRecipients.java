package io.otphandler.application.port;

import io.otphandler.domain.recipient.EmailAddress;
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

    @Override
    public boolean knowsRegion(String region) {
        return region.matches("[A-Z]{2}") && !region.equals("XX");
    }
}
