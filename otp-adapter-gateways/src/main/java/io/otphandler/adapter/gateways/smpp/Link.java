package io.otphandler.adapter.gateways.smpp;

import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.Message;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jsmpp.InvalidResponseException;
import org.jsmpp.PDUException;
import org.jsmpp.bean.ESMClass;
import org.jsmpp.bean.NumberingPlanIndicator;
import org.jsmpp.bean.OptionalParameter;
import org.jsmpp.bean.RawDataCoding;
import org.jsmpp.bean.RegisteredDelivery;
import org.jsmpp.bean.SMSCDeliveryReceipt;
import org.jsmpp.bean.TypeOfNumber;
import org.jsmpp.extra.NegativeResponseException;
import org.jsmpp.extra.ResponseTimeoutException;
import org.jsmpp.session.SMPPSession;

/**
 * One connection to an SMSC that is bound, with as many threads as messages may wait for its answer. Once it is lost it
 * stays so; what waited for an answer then may have been taken, what waited for its turn was not. Thread-safe.
 */
final class Link {

    /** More than go out in the time that a message may wait. */
    private static final int MAX_WAITING = 5_000;

    private static final byte UDHI = 0x40;
    private static final AtomicInteger REFERENCES = new AtomicInteger();

    private final SMPPSession session;
    private final SmppSettings settings;
    private final Pace pace;
    private final ThreadPoolExecutor submitters;

    Link(String gateway, SMPPSession session, SmppSettings settings, Pace pace) {
        this.session = session;
        this.settings = settings;
        this.pace = pace;
        AtomicInteger threads = new AtomicInteger();
        this.submitters = new ThreadPoolExecutor(
                settings.window(),
                settings.window(),
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(MAX_WAITING),
                task -> {
                    Thread thread = new Thread(task, "otp-smpp-" + gateway + "-" + threads.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        submitters.allowCoreThreadTimeOut(true);
    }

    CompletableFuture<Delivery> deliver(Message message) {
        Submission submission = new Submission(message);
        try {
            submitters.execute(submission);
        } catch (RejectedExecutionException e) {
            submission.delivery.complete(Delivery.unavailable("too many messages wait, or the connection is lost"));
        }
        return submission.delivery;
    }

    /** Tells those that wait. */
    void lost() {
        for (Runnable waiting : submitters.shutdownNow()) {
            ((Submission) waiting).delivery.complete(Delivery.unavailable("the connection was lost"));
        }
    }

    void close() {
        session.unbindAndClose();
        lost();
    }

    /** A message on its way. */
    private final class Submission implements Runnable {
        private final Message message;
        private final long deadline = System.nanoTime() + settings.timeout().toNanos();
        private final CompletableFuture<Delivery> delivery = new CompletableFuture<>();

        Submission(Message message) {
            this.message = message;
        }

        @Override
        public void run() {
            try {
                delivery.complete(submit());
            } catch (RuntimeException e) {
                delivery.complete(Delivery.unknown("it failed: " + e));
            }
        }

        private Delivery submit() {
            String text = message.text();
            if (text == null) {
                return Delivery.rejected("there is no text to send");
            }
            ShortMessage sms = ShortMessage.of(text, settings.longMessages(), REFERENCES.incrementAndGet());
            List<String> ids = new ArrayList<>();
            for (byte[] body : sms.bodies()) {
                Delivery part = submit(body, sms);
                if (part.kind() != Delivery.Kind.ACCEPTED) {
                    // of a text whose first part is out, nobody knows what the user will see
                    return ids.isEmpty() ? part : Delivery.unknown("after its first part: " + part.reason());
                }
                ids.addAll(part.messageIds());
            }
            return Delivery.acceptedAs(ids);
        }

        private Delivery submit(byte[] body, ShortMessage sms) {
            if (!isItsTurn()) {
                return Delivery.unavailable("it waited too long for its turn");
            }
            SourceAddress source = SourceAddress.of(message.sender(), settings);
            try {
                String id = session.submitShortMessage(
                                "",
                                source.ton(),
                                source.npi(),
                                source.address(),
                                TypeOfNumber.INTERNATIONAL,
                                NumberingPlanIndicator.ISDN,
                                message.recipient().value().replaceFirst("^\\+", ""),
                                new ESMClass(sms.hasHeaders() ? UDHI : 0),
                                (byte) 0,
                                (byte) 0,
                                null,
                                validity(message.timeToLive()),
                                new RegisteredDelivery(SMSCDeliveryReceipt.SUCCESS_FAILURE),
                                (byte) 0,
                                new RawDataCoding(sms.dataCoding()),
                                (byte) 0,
                                sms.isPayload() ? new byte[0] : body,
                                sms.isPayload()
                                        ? new OptionalParameter[] {new OptionalParameter.Message_payload(body)}
                                        : new OptionalParameter[0])
                        .getMessageId();
                pace.taken();
                return id == null || id.isBlank()
                        ? Delivery.accepted()
                        : Delivery.acceptedAs(List.of(settings.messageIds().ofAnswer(id)));
            } catch (NegativeResponseException e) {
                if (Answers.isTooFast(e.getCommandStatus())) {
                    pace.tooFast(System.nanoTime());
                }
                return Answers.delivery(e.getCommandStatus());
            } catch (PDUException e) {
                return Delivery.rejected("it does not fit into SMPP: " + e.getMessage());
            } catch (IOException e) {
                // thrown before the whole of it was written: the SMSC cannot have read it
                return Delivery.unavailable("the connection was lost: " + e.getMessage());
            } catch (ResponseTimeoutException | InvalidResponseException e) {
                return Delivery.unknown("no answer from the SMSC: " + e.getMessage());
            }
        }

        private boolean isItsTurn() {
            long now = System.nanoTime();
            if (now - deadline >= 0) {
                return false;
            }
            long wait = pace.take(now);
            if (now + wait - deadline >= 0) {
                return false;
            }
            try {
                TimeUnit.NANOSECONDS.sleep(wait);
                return true;
            } catch (InterruptedException e) {
                // the link is lost
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    /** SMPP 3.4 §7.1.1: relative time, in hours, minutes and seconds from now. */
    static String validity(Duration timeToLive) {
        long seconds = Math.min(Math.max(timeToLive.toSeconds(), 1), 99 * 3600L);
        return String.format("000000%02d%02d%02d000R", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}
