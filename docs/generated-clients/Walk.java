import java.util.List;
import java.util.UUID;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.AdminApi;
import org.openapitools.client.api.BackendApi;
import org.openapitools.client.api.FormApi;
import org.openapitools.client.api.SandboxApi;
import org.openapitools.client.model.Channel;
import org.openapitools.client.model.ChannelDraft;
import org.openapitools.client.model.ChannelType;
import org.openapitools.client.model.NewSession;
import org.openapitools.client.model.Problem;
import org.openapitools.client.model.Session;
import org.openapitools.client.model.TemplateDraft;
import org.openapitools.client.model.TypedCode;
import org.openapitools.client.model.Widget;
import org.openapitools.client.model.WidgetDraft;

/** Takes a session through the client that openapi-generator makes for Java; the arguments are site, token and recipient. */
public class Walk {
    private static final String LANGUAGE = "en";

    public static void main(String[] arguments) throws Exception {
        String recipient = arguments[2];
        ApiClient client = new ApiClient();
        client.updateBaseUri(arguments[0]);
        client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + arguments[1]));
        AdminApi admin = new AdminApi(client);
        FormApi form = new FormApi(client);
        SandboxApi sandbox = new SandboxApi(client);
        BackendApi backend = new BackendApi(client);

        Widget widget = admin.createWidget(
                new WidgetDraft()
                        .name("Generated")
                        .channels(List.of(new ChannelDraft()
                                .type(ChannelType.SMS)
                                .gateways(List.of("sandbox"))
                                .templates(List.of(new TemplateDraft().locale("en").text("Your code: {{code}}"))))),
                LANGUAGE);
        check(widget.equals(admin.showWidget(widget.getId(), LANGUAGE)), "the widget is as it was made");
        check("Generated".equals(form.getWidget(widget.getId(), LANGUAGE).getName()), "the form has its name");

        UUID request = form.send(
                        new NewSession().widgetId(widget.getId().toString()).recipient(recipient).locale("en"), LANGUAGE, null)
                .getRequestId();
        Channel channel = form.getChannelLongPolling(request, null, LANGUAGE);
        check(channel.getStatus() == Channel.StatusEnum.SENT, "a message is out");
        check(channel.getPayload().getExpiresAt().isAfter(channel.getPayload().getSentAt()), "it has its times");
        String code = sandbox.listSandboxMessages(recipient, LANGUAGE).get(0).getCode();

        Problem problem = refused(() -> form.checkCode(request, new TypedCode().code("no code"), LANGUAGE, null));
        check("InvalidCodeException".equals(problem.getType()), "a wrong code is refused");
        check(problem.getPayload().getRemainingCodeAttempts() == channel.getRemainingCodeAttempts() - 1, "it costs a try");
        check(form.checkCode(request, new TypedCode().code(code), LANGUAGE, null).getSuccess(), "the right code confirms");
        check(form.getStatusLongPolling(request, recipient, LANGUAGE).getSuccess(), "the form is told so");

        check(backend.checkStatusAndComplete(request, recipient, LANGUAGE, null).getSuccess(), "the backend is told");
        check(!backend.checkStatusAndComplete(request, recipient, LANGUAGE, null).getSuccess(), "and not a second time");
        Session session = admin.showSession(request, LANGUAGE);
        check(session.getStatus() == Session.StatusEnum.COMPLETED && !session.getTimeline().isEmpty(), "it is completed");
        admin.deleteWidget(widget.getId(), LANGUAGE);
    }

    private interface Call {
        Object make() throws ApiException;
    }

    private static Problem refused(Call call) throws Exception {
        try {
            return fail("it was not refused: " + call.make());
        } catch (ApiException e) {
            Problem problem = ApiClient.createDefaultObjectMapper().readValue(e.getResponseBody(), Problem.class);
            check(problem.getHttpStatus() == e.getCode(), "the error has its status");
            return problem;
        }
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            fail("not so: " + what);
        }
        System.out.println("  " + what);
    }

    private static <T> T fail(String what) {
        throw new IllegalStateException(what);
    }
}
