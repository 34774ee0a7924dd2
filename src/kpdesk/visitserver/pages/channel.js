// The page's way to the signaling service: one WebSocket, continued after a loss (docs/protocol.md).

const PROTOCOL = "kpdesk.signaling.v1";
const DELAYS_MS = [100, 500, 1000, 2000, 4000];
const PROBE_EVERY_MS = 5000;
const PROBE_TIMEOUT_MS = 3000;
const MAX_UNSENT = 100;

export class Channel {
  // handlers: onMessage(message), onState("online" | "offline" | "ended"), onRestored(resumed)
  constructor(session, handlers) {
    this.session = session;
    this.handlers = handlers;
    this.resume = null;
    this.lastSeq = 0;
    this.unsent = [];
    this.tries = 0;
    this.ended = false;
    this.online = false;
    window.addEventListener("online", () => this.reconnectNow());
    window.addEventListener("pagehide", () => this.close());
    // a browser does not say that a path is dead until its own TCP gives up: ask by another way
    setInterval(() => this.probe(), PROBE_EVERY_MS);
    this.connect();
  }

  connect() {
    clearTimeout(this.timer);
    const socket = new WebSocket(this.session.url, [PROTOCOL]);
    this.socket = socket;
    socket.onopen = () => {
      const hello = { type: "hello", token: this.session.token, version: 1, client: "kpdesk-practice-page" };
      if (this.resume) Object.assign(hello, { resume: this.resume, last_seq: this.lastSeq });
      socket.send(JSON.stringify(hello));
    };
    socket.onmessage = (event) => {
      if (this.socket === socket) this.take(JSON.parse(event.data));
    };
    socket.onclose = () => {
      if (this.socket === socket) this.lost();
    };
  }

  take(message) {
    if (message.type === "welcome") {
      const again = this.resume !== null;
      if (!message.resumed) this.lastSeq = 0;
      this.resume = message.resume;
      this.tries = 0;
      this.online = true;
      this.handlers.onState("online");
      if (again) this.handlers.onRestored(message.resumed);
      this.flush();
      return;
    }
    if (message.seq) {
      if (message.seq <= this.lastSeq) return;
      this.lastSeq = message.seq;
    }
    if (message.type === "error" && message.fatal) {
      if (message.code !== "rate_limited" && message.code !== "malformed") this.end();
      return;
    }
    this.handlers.onMessage(message);
  }

  lost() {
    this.socket = null;
    this.online = false;
    if (this.ended) return;
    this.handlers.onState("offline");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), DELAYS_MS[Math.min(this.tries, DELAYS_MS.length - 1)]);
    this.tries += 1;
  }

  reconnectNow() {
    if (this.ended) return;
    const socket = this.socket;
    this.socket = null;
    if (socket) socket.close();
    this.online = false;
    this.tries = 0;
    this.handlers.onState("offline");
    this.connect();
  }

  async probe() {
    if (!this.online || this.probing) return;
    this.probing = true;
    try {
      await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    } catch {
      if (this.online) this.reconnectNow();
    } finally {
      this.probing = false;
    }
  }

  send(message) {
    this.unsent.push(message);
    if (this.unsent.length > MAX_UNSENT) this.unsent.shift();
    this.flush();
  }

  flush() {
    while (this.online && this.unsent.length && this.socket.readyState === WebSocket.OPEN) {
      this.socket.send(JSON.stringify(this.unsent.shift()));
    }
  }

  end() {
    this.ended = true;
    this.online = false;
    if (this.socket) this.socket.close();
    this.handlers.onState("ended");
  }

  // The page goes away: what can be said is said, the seat is given up.
  close() {
    if (this.ended) return;
    this.send({ type: "bye", reason: "left" });
    this.ended = true;
    if (this.socket) this.socket.close();
  }
}
