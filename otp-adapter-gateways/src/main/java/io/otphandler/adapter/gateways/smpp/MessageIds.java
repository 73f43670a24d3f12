package io.otphandler.adapter.gateways.smpp;

import java.math.BigInteger;
import java.util.Locale;

/**
 * How the ids in an SMSC's receipts differ from those in its answers: some say the same number once in hexadecimal and
 * once in decimal. Both are brought into one form; capitals and leading zeros never count.
 */
enum MessageIds {
    SAME(10, 10),
    /** The answer's id is hexadecimal, the receipt's decimal. */
    RECEIPTS_DECIMAL(16, 10),
    /** The answer's id is decimal, the receipt's hexadecimal. */
    RECEIPTS_HEX(10, 16);

    private final int answerRadix;
    private final int receiptRadix;

    MessageIds(int answerRadix, int receiptRadix) {
        this.answerRadix = answerRadix;
        this.receiptRadix = receiptRadix;
    }

    String ofAnswer(String id) {
        return normal(id, answerRadix);
    }

    String ofReceipt(String id) {
        return normal(id, receiptRadix);
    }

    private String normal(String id, int radix) {
        String stripped = id.strip().toUpperCase(Locale.ROOT);
        if (this != SAME) {
            try {
                return new BigInteger(stripped, radix).toString();
            } catch (NumberFormatException e) {
                // not a number: then both say the same
            }
        }
        return stripped.replaceFirst("^0+(?=.)", "");
    }
}
