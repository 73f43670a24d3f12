package io.otphandler.adapter.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.otphandler.application.admin.ShowSession;
import io.otphandler.application.port.Sessions;
import io.otphandler.domain.session.AttemptsExpired;
import io.otphandler.domain.session.Cancelled;
import io.otphandler.domain.session.ChannelRun;
import io.otphandler.domain.session.Completed;
import io.otphandler.domain.session.Confirmed;
import io.otphandler.domain.session.Exhausted;
import io.otphandler.domain.session.Failed;
import io.otphandler.domain.session.Sent;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionEvent;
import io.otphandler.domain.session.SessionTerms;
import io.otphandler.domain.session.Waiting;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a session's course for its admin: never a code, never the whole recipient. */
final class SessionJson {
    private SessionJson() {}

    static ObjectNode of(ShowSession.Report report) {
        Session session = report.session();
        SessionTerms terms = session.terms();
        State state = session.fold(State.CASES);
        ChannelRun run = state.run();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("requestId", session.id().toString());
        json.put("widgetId", terms.widget().id().toString());
        json.put("account", terms.account().value());
        json.put("recipient", terms.recipient().masked());
        json.put("reference", terms.notes().reference());
        json.put("locale", terms.notes().locale());
        json.put("clientIp", terms.notes().clientIp());
        json.put("status", report.gone() && run != null ? "expired" : state.status());
        if (run != null && !report.gone()) {
            json.put("channel", run.leg(terms).channel().type().wireName());
        }
        json.put("createdAt", terms.startedAt().toString());
        json.put("expiresAt", session.expiresAt().toString());
        timeline(json.putArray("timeline"), terms, run, report.timeline());
        return json;
    }

    private static void timeline(
            ArrayNode json, SessionTerms terms, @Nullable ChannelRun run, List<Sessions.TimedEvent> timeline) {
        Map<Integer, String> channels = channels(terms, run, timeline);
        for (Sessions.TimedEvent timed : timeline) {
            SessionEvent event = timed.event();
            ObjectNode written = json.addObject();
            written.put("at", timed.at().toString());
            written.put("event", camelCase(event.kind()));
            written.put("dispatch", event.dispatch());
            String channel = channels.get(event.dispatch());
            if (channel != null) {
                written.put("channel", channel);
            }
            written.put("detail", event.detail());
        }
    }

    /**
     * Which channel each dispatch went over, as far as it can be told: the first over the first, the current one over
     * the current one, and one that was asked for is either a restart or the next channel's.
     */
    private static Map<Integer, String> channels(
            SessionTerms terms, @Nullable ChannelRun run, List<Sessions.TimedEvent> timeline) {
        Map<Integer, String> channels = new HashMap<>();
        int leg = 0;
        channels.put(1, type(terms, leg));
        for (Sessions.TimedEvent timed : timeline) {
            SessionEvent event = timed.event();
            if (event.kind() == SessionEvent.Kind.DISPATCH_REQUESTED && event.dispatch() > 1) {
                leg += event.detail().equals("restart") ? 0 : 1;
                if (leg < terms.legs().size()) {
                    channels.put(event.dispatch(), type(terms, leg));
                }
            }
        }
        if (run != null) {
            channels.put(run.dispatch().number(), type(terms, run.leg()));
        }
        return channels;
    }

    private static String type(SessionTerms terms, int leg) {
        return terms.legs().get(leg).channel().type().wireName();
    }

    private static String camelCase(SessionEvent.Kind kind) {
        StringBuilder name = new StringBuilder();
        for (String word : kind.name().toLowerCase(Locale.ROOT).split("_", -1)) {
            name.append(name.isEmpty() ? word : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
        }
        return name.toString();
    }

    /**
     * A state in the admin API's word.
     *
     * @param run null: no channel is live any more
     */
    private record State(String status, @Nullable ChannelRun run) {
        static final Session.Cases<State> CASES = new Session.Cases<>() {
            @Override
            public State waiting(Waiting session) {
                return new State("wait", session.run());
            }

            @Override
            public State sent(Sent session) {
                return new State("sent", session.run());
            }

            @Override
            public State failed(Failed session) {
                return new State("error", session.run());
            }

            @Override
            public State confirmed(Confirmed session) {
                return new State("confirmed", session.run());
            }

            @Override
            public State completed(Completed session) {
                return new State("completed", null);
            }

            @Override
            public State cancelled(Cancelled session) {
                return new State("cancelled", null);
            }

            @Override
            public State attemptsExpired(AttemptsExpired session) {
                return new State("attemptsExpired", null);
            }

            @Override
            public State exhausted(Exhausted session) {
                return new State("exhausted", null);
            }
        };
    }
}
