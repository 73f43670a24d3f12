package io.otphandler.adapter.gateways.smpp;

import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.Gateway;
import io.otphandler.application.port.Message;
import io.otphandler.application.port.Report;
import io.otphandler.application.port.Reports;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jsmpp.PDUStringException;
import org.jsmpp.SMPPConstant;
import org.jsmpp.bean.AlertNotification;
import org.jsmpp.bean.BindType;
import org.jsmpp.bean.DataSm;
import org.jsmpp.bean.DeliverSm;
import org.jsmpp.bean.InterfaceVersion;
import org.jsmpp.bean.NumberingPlanIndicator;
import org.jsmpp.bean.OptionalParameter;
import org.jsmpp.bean.TypeOfNumber;
import org.jsmpp.extra.ProcessRequestException;
import org.jsmpp.extra.SessionState;
import org.jsmpp.session.BindParameter;
import org.jsmpp.session.DataSmResult;
import org.jsmpp.session.MessageReceiverListener;
import org.jsmpp.session.SMPPSession;
import org.jsmpp.session.Session;
import org.jsmpp.session.connection.Connection;
import org.jsmpp.session.connection.socket.SocketConnection;
import org.jsmpp.util.MessageId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An SMSC. It is bound to as transceiver from the start on, and again whenever the connection is lost, with growing
 * pauses. Receipts are confirmed once they are taken, so that the SMSC tells them again where that was not so.
 * Thread-safe.
 */
final class SmppGateway implements Gateway {

    private static final Logger log = LoggerFactory.getLogger(SmppGateway.class);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    /** In which what came before the end of a connection is heard. */
    private static final Duration HEARD = Duration.ofMillis(300);
    /** How long a receipt may take to be kept before the SMSC is asked to tell it again. */
    private static final Duration REPORT_PATIENCE = Duration.ofSeconds(5);

    private final String name;
    private final SmppSettings settings;
    private final Pace pace;
    private final ScheduledExecutorService connector = Executors.newSingleThreadScheduledExecutor(this::thread);
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable Link link;
    private volatile @Nullable Reports reports;
    private volatile String why = "it has not been started";
    private int failures;

    SmppGateway(String name, SmppSettings settings) {
        this.name = name;
        this.settings = settings;
        this.pace = new Pace(settings.maxPerSecond());
    }

    private Thread thread(Runnable task) {
        Thread thread = new Thread(task, "otp-smpp-" + name);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public CompletionStage<Delivery> deliver(Message message) {
        Link bound = link;
        return bound == null
                ? CompletableFuture.completedFuture(Delivery.unavailable("not bound: " + why))
                : bound.deliver(message);
    }

    @Override
    public void start(Reports to) {
        reports = to;
        why = "the first bind is under way";
        connector.execute(this::bind);
    }

    private void bind() {
        if (closed.get()) {
            return;
        }
        SMPPSession session = new SMPPSession(this::connected);
        session.setEnquireLinkTimer((int) settings.enquireLink().toMillis());
        session.setTransactionTimer(settings.timeout().toMillis());
        session.setMessageReceiverListener(new Listener());
        AtomicBoolean binding = new AtomicBoolean(true);
        Thread binder = Thread.currentThread();
        session.addSessionStateListener((state, before, source) -> {
            // jSMPP would go on waiting for an answer; but one that came just before may still be on its way to it
            if (state == SessionState.CLOSED) {
                CompletableFuture.delayedExecutor(HEARD.toMillis(), TimeUnit.MILLISECONDS)
                        .execute(() -> {
                            if (binding.compareAndSet(true, false)) {
                                binder.interrupt();
                            }
                        });
            }
        });
        try {
            session.connectAndBind(
                    settings.host(),
                    settings.port(),
                    new BindParameter(
                            BindType.BIND_TRX,
                            settings.systemId(),
                            settings.password().value(),
                            settings.systemType(),
                            TypeOfNumber.UNKNOWN,
                            NumberingPlanIndicator.UNKNOWN,
                            null,
                            InterfaceVersion.IF_34),
                    settings.timeout().toMillis());
            binding.set(false);
        } catch (IOException | RuntimeException e) {
            binding.set(false);
            why = Thread.interrupted() ? "it hung up" : String.valueOf(e.getMessage());
            session.close();
            log.warn("Gateway {} cannot bind to {}:{}: {}", name, settings.host(), settings.port(), why);
            bindLater();
            return;
        }
        failures = 0;
        Link bound = new Link(name, session, settings, pace);
        AtomicBoolean lost = new AtomicBoolean();
        Runnable whenLost = () -> {
            if (lost.compareAndSet(false, true)) {
                lost(bound);
            }
        };
        link = bound;
        session.addSessionStateListener((state, before, source) -> {
            if (state == SessionState.CLOSED || state == SessionState.UNBOUND) {
                whenLost.run();
            }
        });
        if (!session.getSessionState().isBound()) {
            whenLost.run();
        } else {
            log.info("Gateway {} is bound to {}:{}", name, settings.host(), settings.port());
        }
        if (closed.get()) {
            bound.close();
        }
    }

    private void lost(Link bound) {
        link = null;
        why = "the connection was lost";
        bound.lost();
        if (!closed.get()) {
            log.warn("Gateway {} has lost its connection to {}:{}", name, settings.host(), settings.port());
            try {
                connector.execute(this::bindLater);
            } catch (RejectedExecutionException e) {
                // it was closed meanwhile
            }
        }
    }

    /** On the connector's thread. The first time almost at once: most connections are lost for no lasting reason. */
    private void bindLater() {
        long pause = Math.min(LONGEST_PAUSE.toMillis(), FIRST_PAUSE.toMillis() << Math.min(failures, 10));
        failures++;
        // nodes that lost the same SMSC together do not come back together
        long jittered = pause * 3 / 4 + ThreadLocalRandom.current().nextLong(pause / 2);
        try {
            connector.schedule(this::bind, jittered, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // it was closed meanwhile
        }
    }

    private Connection connected(String host, int port) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(host, port), (int)
                    settings.connectTimeout().toMillis());
            socket.setTcpNoDelay(true);
            SSLSocketFactory tls = settings.tls();
            if (tls == null) {
                return new SocketConnection(socket);
            }
            SSLSocket secured = (SSLSocket) tls.createSocket(socket, host, port, true);
            SSLParameters parameters = secured.getSSLParameters();
            // the certificate must be for this host
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            secured.setSSLParameters(parameters);
            secured.setSoTimeout((int) settings.timeout().toMillis());
            secured.startHandshake();
            return new SocketConnection(secured);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            connector.execute(() -> {
                Link bound = link;
                if (bound != null) {
                    bound.close();
                }
            });
            connector.shutdown();
            try {
                if (!connector.awaitTermination(2, TimeUnit.SECONDS)) {
                    connector.shutdownNow();
                }
            } catch (InterruptedException e) {
                connector.shutdownNow();
                Thread.currentThread().interrupt();
            }
        }
    }

    private void take(byte @Nullable [] text, OptionalParameter[] parameters) throws ProcessRequestException {
        Optional<Report> report = Receipts.report(
                text, parameters == null ? new OptionalParameter[0] : parameters, settings.messageIds());
        Reports to = reports;
        if (report.isEmpty() || to == null) {
            return;
        }
        try {
            to.report(name, report.get()).get(REPORT_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            log.warn("Gateway {}: a receipt could not be kept; the SMSC is to tell it again: {}", name, e.toString());
            throw new ProcessRequestException("Try again later", SMPPConstant.STAT_ESME_RX_T_APPN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProcessRequestException("Try again later", SMPPConstant.STAT_ESME_RX_T_APPN);
        }
    }

    /** Hears what the SMSC has to tell. What people write back is taken, so that it is not told again, and forgotten. */
    private final class Listener implements MessageReceiverListener {

        @Override
        public void onAcceptDeliverSm(DeliverSm message) throws ProcessRequestException {
            if (message.isSmscDeliveryReceipt()) {
                take(message.getShortMessage(), message.getOptionalParameters());
            }
        }

        @Override
        public DataSmResult onAcceptDataSm(DataSm message, Session source) throws ProcessRequestException {
            if (DeliverSm.isSmscDeliveryReceipt(message.getEsmClass())) {
                take(null, message.getOptionalParameters());
            }
            try {
                return new DataSmResult(new MessageId("0"), new OptionalParameter[0]);
            } catch (PDUStringException e) {
                throw new IllegalStateException("0 is a message id", e);
            }
        }

        @Override
        public void onAcceptAlertNotification(AlertNotification notification) {
            // somebody's phone is back: nobody here has asked
        }
    }
}
