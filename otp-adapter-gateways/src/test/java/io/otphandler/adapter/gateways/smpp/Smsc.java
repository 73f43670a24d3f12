package io.otphandler.adapter.gateways.smpp;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jsmpp.PDUStringException;
import org.jsmpp.SMPPConstant;
import org.jsmpp.bean.BroadcastSm;
import org.jsmpp.bean.CancelBroadcastSm;
import org.jsmpp.bean.CancelSm;
import org.jsmpp.bean.DataCodings;
import org.jsmpp.bean.DataSm;
import org.jsmpp.bean.ESMClass;
import org.jsmpp.bean.EnquireLink;
import org.jsmpp.bean.NumberingPlanIndicator;
import org.jsmpp.bean.OptionalParameter;
import org.jsmpp.bean.QueryBroadcastSm;
import org.jsmpp.bean.QuerySm;
import org.jsmpp.bean.RegisteredDelivery;
import org.jsmpp.bean.ReplaceSm;
import org.jsmpp.bean.SubmitMulti;
import org.jsmpp.bean.SubmitSm;
import org.jsmpp.bean.TypeOfNumber;
import org.jsmpp.extra.ProcessRequestException;
import org.jsmpp.session.BindRequest;
import org.jsmpp.session.BroadcastSmResult;
import org.jsmpp.session.DataSmResult;
import org.jsmpp.session.QueryBroadcastSmResult;
import org.jsmpp.session.QuerySmResult;
import org.jsmpp.session.SMPPServerSession;
import org.jsmpp.session.ServerMessageReceiverListener;
import org.jsmpp.session.Session;
import org.jsmpp.session.SubmitMultiResult;
import org.jsmpp.session.SubmitSmResult;
import org.jsmpp.session.connection.socket.SocketConnection;
import org.jsmpp.util.MessageId;

/** A short message centre in this process that does as it is told; without orders it takes everything. */
final class Smsc implements AutoCloseable, ServerMessageReceiverListener {

    static final String PASSWORD = "hush";

    private static final byte RECEIPT = 0x04;

    /** What is done with a message; the id that it gets. */
    interface Answer {
        String to(SubmitSm message, SMPPServerSession session) throws ProcessRequestException;
    }

    final List<SubmitSm> messages = new CopyOnWriteArrayList<>();
    final List<Long> times = new CopyOnWriteArrayList<>();
    final AtomicInteger binds = new AtomicInteger();
    final AtomicInteger enquiries = new AtomicInteger();
    /** The most that were being answered at the same time. */
    final AtomicInteger mostAtOnce = new AtomicInteger();

    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger ids = new AtomicInteger();
    private final Queue<Answer> script = new ArrayDeque<>();
    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile Answer usual = (message, from) -> "id" + ids.incrementAndGet();
    private volatile SMPPServerSession session;
    private volatile boolean open = true;
    /** Whether who binds is left without an answer. */
    volatile boolean hangsUp;

    Smsc(ServerSocket server) {
        this.server = server;
        threads.execute(this::accept);
    }

    static Smsc start() throws IOException {
        return new Smsc(new ServerSocket(0));
    }

    int port() {
        return server.getLocalPort();
    }

    /** Treats the next message so; once. */
    @CanIgnoreReturnValue
    synchronized Smsc then(Answer answer) {
        script.add(answer);
        return this;
    }

    /** Refuses the next message with that status; once. */
    @CanIgnoreReturnValue
    Smsc then(int status) {
        return then((message, to) -> {
            throw new ProcessRequestException("told so", status);
        });
    }

    /** Treats messages so for which there are no orders. */
    void usually(Answer answer) {
        usual = answer;
    }

    /** The connection is gone, without a word. */
    void hangUp() {
        session.close();
    }

    boolean isBound() {
        SMPPServerSession current = session;
        return current != null && current.getSessionState().isTransmittable();
    }

    /** Tells what became of a message. */
    void receipt(byte[] text, OptionalParameter... parameters) throws Exception {
        deliver(new ESMClass(RECEIPT), text, parameters);
    }

    void deliver(ESMClass esmClass, byte[] text, OptionalParameter... parameters) throws Exception {
        session.deliverShortMessage(
                "",
                TypeOfNumber.INTERNATIONAL,
                NumberingPlanIndicator.ISDN,
                "79123456789",
                TypeOfNumber.ALPHANUMERIC,
                NumberingPlanIndicator.UNKNOWN,
                "ACME",
                esmClass,
                (byte) 0,
                (byte) 0,
                new RegisteredDelivery(0),
                DataCodings.ZERO,
                text,
                parameters);
    }

    private void accept() {
        while (open) {
            try {
                Socket socket = server.accept();
                threads.execute(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try {
            SMPPServerSession accepted = new SMPPServerSession(
                    new SocketConnection(socket), (state, before, source) -> {}, this, null, 20, 100);
            BindRequest bind = accepted.waitForBind(5_000);
            binds.incrementAndGet();
            if (!bind.getPassword().equals(PASSWORD)) {
                bind.reject(SMPPConstant.STAT_ESME_RINVPASWD);
                return;
            }
            if (hangsUp) {
                accepted.close();
                return;
            }
            session = accepted;
            bind.accept("smsc");
        } catch (IOException | TimeoutException | PDUStringException | IllegalStateException e) {
            // whoever that was is gone
        }
    }

    @Override
    public SubmitSmResult onAcceptSubmitSm(SubmitSm message, SMPPServerSession from) throws ProcessRequestException {
        int now = atOnce.incrementAndGet();
        mostAtOnce.accumulateAndGet(now, Math::max);
        try {
            times.add(System.nanoTime());
            messages.add(message);
            Answer answer;
            synchronized (this) {
                answer = script.poll();
            }
            String id = answer == null ? usual.to(message, from) : answer.to(message, from);
            return new SubmitSmResult(new MessageId(id), new OptionalParameter[0]);
        } catch (PDUStringException e) {
            throw new IllegalStateException(e);
        } finally {
            atOnce.decrementAndGet();
        }
    }

    @Override
    public void onAcceptEnquireLink(EnquireLink enquiry, Session from) {
        enquiries.incrementAndGet();
    }

    @Override
    public void close() {
        open = false;
        try {
            server.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        if (session != null) {
            session.close();
        }
        threads.shutdownNow();
    }

    // ---- what nobody asks for

    private static ProcessRequestException notExpected() {
        return new ProcessRequestException("not expected", SMPPConstant.STAT_ESME_RINVCMDID);
    }

    @Override
    public SubmitMultiResult onAcceptSubmitMulti(SubmitMulti message, SMPPServerSession from)
            throws ProcessRequestException {
        throw notExpected();
    }

    @Override
    public QuerySmResult onAcceptQuerySm(QuerySm message, SMPPServerSession from) throws ProcessRequestException {
        throw notExpected();
    }

    @Override
    public void onAcceptReplaceSm(ReplaceSm message, SMPPServerSession from) throws ProcessRequestException {
        throw notExpected();
    }

    @Override
    public void onAcceptCancelSm(CancelSm message, SMPPServerSession from) throws ProcessRequestException {
        throw notExpected();
    }

    @Override
    public BroadcastSmResult onAcceptBroadcastSm(BroadcastSm message, SMPPServerSession from)
            throws ProcessRequestException {
        throw notExpected();
    }

    @Override
    public void onAcceptCancelBroadcastSm(CancelBroadcastSm message, SMPPServerSession from)
            throws ProcessRequestException {
        throw notExpected();
    }

    @Override
    public QueryBroadcastSmResult onAcceptQueryBroadcastSm(QueryBroadcastSm message, SMPPServerSession from)
            throws ProcessRequestException {
        throw notExpected();
    }

    @Override
    public DataSmResult onAcceptDataSm(DataSm message, Session from) throws ProcessRequestException {
        throw notExpected();
    }
}
