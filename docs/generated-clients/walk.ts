// Takes a session through the client that openapi-generator makes for TypeScript; the arguments are site, token and recipient.
import {
  AdminApi,
  BackendApi,
  ChannelStatusEnum,
  ChannelType,
  Configuration,
  FormApi,
  ProblemFromJSON,
  ResponseError,
  SandboxApi,
  SessionStatusEnum,
  type Problem,
} from './client';

async function walk(basePath: string, token: string, recipient: string): Promise<void> {
  const configuration = new Configuration({basePath, accessToken: token, headers: {'Accept-Language': 'en'}});
  const admin = new AdminApi(configuration);
  const form = new FormApi(configuration);
  const sandbox = new SandboxApi(configuration);
  const backend = new BackendApi(configuration);

  const widget = await admin.createWidget({
    widgetDraft: {
      name: 'Generated',
      channels: [{type: ChannelType.Sms, gateways: ['sandbox'], templates: [{locale: 'en', text: 'Your code: {{code}}'}]}],
    },
  });
  const shown = await admin.showWidget({widgetId: widget.id});
  check(JSON.stringify(shown) === JSON.stringify(widget), 'the widget is as it was made');
  check((await form.getWidget({widgetId: widget.id})).name === 'Generated', 'the form has its name');

  const {requestId} = await form.send({newSession: {widgetId: widget.id, recipient, locale: 'en'}});
  const channel = await form.getChannelLongPolling({requestId});
  check(channel.status === ChannelStatusEnum.Sent, 'a message is out');
  const {sentAt, expiresAt} = channel.payload;
  check(sentAt !== undefined && expiresAt !== undefined && expiresAt > sentAt, 'it has its times');
  const [message] = await sandbox.listSandboxMessages({recipient});
  const code = message?.code ?? '';

  const problem = await refused(form.checkCode({requestId, typedCode: {code: 'no code'}}));
  check(problem.type === 'InvalidCodeException', 'a wrong code is refused');
  check(problem.payload?.remainingCodeAttempts === channel.remainingCodeAttempts - 1, 'it costs a try');
  check((await form.checkCode({requestId, typedCode: {code}})).success, 'the right code confirms');
  check((await form.getStatusLongPolling({requestId, recipient})).success, 'the form is told so');

  check((await backend.checkStatusAndComplete({requestId, recipient})).success, 'the backend is told');
  check(!(await backend.checkStatusAndComplete({requestId, recipient})).success, 'and not a second time');
  const session = await admin.showSession({requestId});
  check(session.status === SessionStatusEnum.Completed && session.timeline.length > 0, 'it is completed');
  await admin.deleteWidget({widgetId: widget.id});
}

async function refused(call: Promise<unknown>): Promise<Problem> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ResponseError)) throw error ?? new Error('it was not refused');
  const problem = ProblemFromJSON(await error.response.json());
  check(problem.httpStatus === error.response.status, 'the error has its status');
  return problem;
}

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(`not so: ${what}`);
  console.log(`  ${what}`);
}

const [site = '', token = '', recipient = ''] = process.argv.slice(2);
walk(site, token, recipient).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
