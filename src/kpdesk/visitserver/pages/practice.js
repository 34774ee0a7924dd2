// The practice's page: the queue, and the call with one patient at a time.

import { Call, openDevices } from "/assets/call.js";
import { Channel } from "/assets/channel.js";

const settings = JSON.parse(document.getElementById("settings").textContent);
const LATE_MINUTES = [5, 10, 15, 20];
const byId = (id) => document.getElementById(id);
const languageNames = new Intl.DisplayNames([settings.language], { type: "language" });
const timeFormat = new Intl.DateTimeFormat(settings.language, { hour: "numeric", minute: "2-digit" });
const dayFormat = new Intl.DateTimeFormat(settings.language, { weekday: "long", day: "numeric", month: "short" });

const app = {
  session: null, channel: null, call: null, name: "", entries: [], localStream: null, late: 0,
  callSince: 0, patientGone: false, reclaim: false, autoTimer: null, admitted: "",
};

function text(key, values = {}) {
  return settings.texts[`practice.${key}`].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter((child) => child !== null));
  return element;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

function notice(words, element = byId("notice")) {
  element.textContent = words;
  element.hidden = !words;
}

// --- the queue ------------------------------------------------------------------------------------------

function visitCard(entry) {
  const here = entry.state !== "expected";
  const start = new Date(entry.start);
  const today = start.toDateString() === new Date().toDateString();
  const time = make("div", { className: "time" }, timeFormat.format(start));
  if (!today) time.append(make("span", { className: "day" }, dayFormat.format(start)));
  const about = [entry.service];
  if (entry.practitioner && entry.practitioner !== settings.practitioner) about.push(text("with", { name: entry.practitioner }));
  if (entry.language && entry.language !== settings.language) about.push(text("speaks", { language: languageNames.of(entry.language) }));
  const state = make("span", { className: "state" }, icon({ expected: "clock", waiting: "check", in_call: "video", away: "wifi-off" }[entry.state] || "clock"), text(`state.${entry.state}`));
  state.dataset.state = entry.state;
  const line = make("div", { className: "about" }, state);
  if (entry.waiting_since && entry.state === "waiting") {
    const minutes = Math.floor((Date.now() - new Date(entry.waiting_since)) / 60000);
    line.append(" · ", minutes < 1 ? text("just_arrived") : text("waiting_for", { minutes }));
  }
  line.append(" · ", about.join(" · "));
  const buttons = make("div", { className: "buttons" });
  const button = (label, act, className = "") => {
    const made = make("button", { type: "button", className, onclick: act }, label);
    made.setAttribute("aria-label", `${label}: ${entry.patient}`);
    buttons.append(made);
  };
  button(text("move"), () => moveVisit(entry));
  if (here) button(text("end"), () => endVisit(entry));
  else button(text("cancel_visit"), () => cancelVisit(entry));
  if (entry.state === "waiting") button(text("admit"), () => admit(entry), "primary admit");
  if (entry.state === "in_call") button(text("take_over"), () => admit(entry), "takeOver");
  const card = make("li", { className: "visit" }, time, make("div", {}, make("div", { className: "patient" }, entry.patient), line), buttons);
  card.dataset.state = entry.state;
  card.dataset.room = entry.room;
  return card;
}

function showQueue() {
  const here = app.entries.filter((entry) => entry.state !== "expected");
  const next = app.entries.filter((entry) => entry.state === "expected");
  const focused = document.activeElement?.getAttribute?.("aria-label");
  byId("here").replaceChildren(...here.map(visitCard));
  byId("next").replaceChildren(...next.map(visitCard));
  byId("hereSection").hidden = !here.length;
  byId("nextSection").hidden = !next.length;
  byId("nobody").hidden = app.entries.length > 0 || !app.channel?.online;
  if (focused) [...document.querySelectorAll(".visit button")].find((one) => one.getAttribute("aria-label") === focused)?.focus();
  const waiting = here.filter((entry) => entry.state === "waiting").length;
  document.title = document.title.replace(/^(\(\d+\) )?/, waiting ? `(${waiting}) ` : "");
}

function showLate() {
  const choices = LATE_MINUTES.map((minutes) => [minutes, text("late_by", { minutes })]);
  if (app.late) choices.push([0, text("late_none")]);
  byId("lateButtons").replaceChildren(...choices.map(([minutes, label]) => {
    const button = make("button", { type: "button", onclick: () => runLate(minutes) }, label);
    if (minutes) button.setAttribute("aria-pressed", String(app.late === minutes));
    return button;
  }));
}

function runLate(minutes) {
  app.late = minutes;
  app.channel.send({ type: "running_late", minutes });
  notice(minutes ? text("late_told", { minutes }) : text("late_back"));
  showLate();
}

function ask(title, lead, yes, { field = null, danger = false } = {}) {
  byId("dialogTitle").textContent = title;
  byId("dialogLead").textContent = lead;
  byId("dialogLead").hidden = !lead;
  byId("dialogField").hidden = field === null;
  byId("moveTo").required = field !== null;
  if (field !== null) byId("moveTo").value = field;
  byId("dialogYes").textContent = yes;
  byId("dialogYes").className = danger ? "danger" : "primary";
  byId("dialogNo").textContent = text("keep");
  const dialog = byId("dialog");
  dialog.showModal();
  // The answer is taken from the press itself. A "close" event comes a task later, and by then it may
  // be the next question that is open: it would be answered with the words meant for this one.
  return new Promise((resolve) => {
    const asked = new AbortController();
    const answer = (event, yes) => {
      event.preventDefault();
      asked.abort();
      dialog.close();
      resolve(yes);
    };
    dialog.addEventListener("submit", (event) => answer(event, event.submitter?.value === "yes"), { signal: asked.signal });
    dialog.addEventListener("cancel", (event) => answer(event, false), { signal: asked.signal });
  });
}

function asLocal(date) {
  return new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

async function moveVisit(entry) {
  const proposal = new Date(Math.max(Date.now(), new Date(entry.start)) + 3600000);
  const yes = await ask(text("move_title", { name: entry.patient }), "", text("move_save"), { field: asLocal(proposal) });
  if (!yes || !byId("moveTo").value) return;
  app.channel.send({ type: "move", room: entry.room, start: new Date(byId("moveTo").value).toISOString() });
  notice(text("moved"));
}

async function cancelVisit(entry) {
  const yes = await ask(text("cancel_title", { name: entry.patient }), text("cancel_lead"), text("cancel_visit"), { danger: true });
  if (!yes) return;
  const answer = await fetch(`/practice/visits/${entry.room}/cancel`, {
    method: "POST", headers: { Authorization: `Bearer ${app.session.token}` },
  });
  notice(text(answer.ok ? "cancelled" : "refused"));
}

async function endVisit(entry) {
  const yes = await ask(text("end_title", { name: entry.patient }), text("end_lead"), text("end"), { danger: true });
  if (yes) app.channel.send({ type: "end", room: entry.room });
  return yes;
}

// --- the call -------------------------------------------------------------------------------------------

async function admit(entry) {
  if (app.call) return;
  app.name = entry.patient;
  app.patientGone = false;
  app.reclaim = false;
  notice("");
  if (!app.localStream) app.localStream = await openDevices();
  if (app.call) return;
  app.call = new Call(entry.room, app.session, app.channel, app.localStream, {
    onStream: showRemote,
    onState: showCallState,
  });
  openCallView();
  app.channel.send({ type: "admit", room: entry.room });
  app.call.sayMedia();
}

function openCallView() {
  byId("queueView").hidden = true;
  byId("callView").hidden = false;
  byId("self").srcObject = app.localStream;
  byId("callName").textContent = app.name;
  byId("callState").textContent = text("call_connecting", { name: app.name });
  byId("chatLines").replaceChildren();
  byId("remoteMedia").textContent = "";
  app.callSince = 0;
  const audio = app.localStream.getAudioTracks().length, video = app.localStream.getVideoTracks().length;
  notice(video ? "" : audio ? text("no_video") : text("no_camera"), byId("callNotice"));
  byId("micButton").disabled = !audio;
  byId("cameraButton").disabled = !video;
  showWishes();
  showChat(false);
  byId("micButton").focus();
}

// Back to the queue; devices are released, so that the camera's light goes out.
function closeCall() {
  if (!app.call) return;
  app.call.close();
  app.call = null;
  for (const track of app.localStream?.getTracks() ?? []) track.stop();
  app.localStream = null;
  byId("self").srcObject = null;
  byId("remote").srcObject = null;
  byId("callView").hidden = true;
  byId("queueView").hidden = false;
  byId("play").hidden = true;
  autoAdmit();
}

async function showRemote(stream) {
  const video = byId("remote");
  if (video.srcObject !== stream) video.srcObject = stream;
  try {
    await video.play();
    byId("play").hidden = true;
  } catch (error) {
    // browsers may want a click before sound; another stream may have taken the place of this one
    if (error.name === "NotAllowedError") byId("play").hidden = false;
  }
}

function showCallState(state) {
  if (state === "connected") {
    if (!app.callSince) app.callSince = Date.now();
    app.patientGone = false;
    byId("callState").textContent = text("call_connected");
  } else if (["disconnected", "failed"].includes(state)) {
    byId("callState").textContent = text("call_lost", { name: app.name });
  }
}

function showWishes() {
  const { microphone, camera } = app.call;
  const show = (id, on, name) => {
    byId(id).setAttribute("aria-pressed", String(on));
    byId(id).querySelector("use").setAttribute("href", `#i-${name}${on ? "" : "-off"}`);
  };
  show("micButton", microphone, "mic");
  show("cameraButton", camera, "video");
  byId("selfOff").hidden = camera && app.localStream.getVideoTracks().length > 0;
}

function showChat(open) {
  byId("chatPanel").hidden = !open;
  byId("callView").classList.toggle("chatOpen", open);
  byId("chatButton").setAttribute("aria-expanded", String(open));
  byId("chatButton").classList.remove("unread");
  if (open) byId("chatText").focus();
}

function addChatLine(words, mine) {
  const line = make("li", { className: mine ? "mine" : "" }, words);
  byId("chatLines").append(line);
  line.scrollIntoView({ block: "end" });
  if (!mine && byId("chatPanel").hidden) byId("chatButton").classList.add("unread");
}

function showRemoteMedia({ microphone, camera }) {
  const parts = [];
  if (!microphone) parts.push(text("patient_muted"));
  if (!camera) parts.push(text("patient_camera_off"));
  byId("remoteMedia").textContent = parts.join(" · ");
}

function onPresence(state) {
  if (state === "left") {
    app.patientGone = true;
    byId("callState").textContent = text("patient_left", { name: app.name });
    if (settings.auto) leaveCall();
  } else if (state === "away" && app.call.pc?.connectionState !== "connected") {
    byId("callState").textContent = text("call_lost", { name: app.name });
  }
}

function leaveCall() {
  app.call.send({ type: "bye", reason: "left" });
  closeCall();
}

// --- messages -------------------------------------------------------------------------------------------

function onMessage(message) {
  if (message.type === "queue") {
    app.entries = message.entries;
    showQueue();
    reclaimCall();
    autoAdmit();
    return;
  }
  if (message.type === "error") {
    if (!app.reclaim) notice(text("refused"), app.call ? byId("callNotice") : byId("notice"));
    return;
  }
  const call = app.call;
  if (!call || message.room !== call.room) return;
  switch (message.type) {
    case "offer": case "candidate": call.take(message); break;
    case "media": showRemoteMedia(message); break;
    case "chat": addChatLine(message.text, false); break;
    case "peer": onPresence(message.state); break;
    case "bye":
      closeCall();
      if (message.reason === "replaced") notice(text("taken_over"));
      break;
  }
}

// The service has forgotten us, but sound and picture may still flow: take our place in the call again.
function reclaimCall() {
  if (!app.reclaim || !app.call) return;
  const entry = app.entries.find((one) => one.room === app.call.room);
  if (entry && (entry.state === "waiting" || entry.state === "in_call")) {
    app.reclaim = false;
    app.channel.send({ type: "admit", room: entry.room });
    app.call.sayMedia();
  }
}

function autoAdmit() {
  if (!settings.auto || app.call || app.autoTimer) return;
  if (!app.entries.some((entry) => entry.state === "waiting")) return;
  app.autoTimer = setTimeout(() => {
    app.autoTimer = null;
    const entry = app.entries.find((one) => one.state === "waiting");
    if (entry) admit(entry);
  }, settings.delay * 1000);
}

function onState(state) {
  const pill = byId("connection");
  pill.dataset.state = state;
  pill.textContent = text({ online: "online", offline: "offline", ended: "replaced" }[state]);
  if (state === "ended") closeCall();
}

async function openSession() {
  const answer = await fetch("/practice/session", {
    method: "POST", headers: { "Content-Type": "application/json" }, body: "{}",
  });
  if (answer.status === 401) {
    location.reload();
    throw new Error("signed out");
  }
  if (!answer.ok) throw new Error(`session refused: ${answer.status}`);
  return answer.json();
}

async function start() {
  showLate();
  if (settings.auto) notice(text("auto", { delay: settings.delay }), byId("autoNotice"));
  for (;;) {
    try {
      app.session = await openSession();
      break;
    } catch (error) {
      console.warn("no session yet:", error.message);
      onState("offline");
      await new Promise((resolve) => setTimeout(resolve, 2000));
    }
  }
  byId("signOutToken").value = app.session.token;
  app.channel = new Channel(app.session, {
    onMessage, onState, onRestored: (resumed) => { app.reclaim = !resumed && app.call !== null; },
  });
  setInterval(showQueue, 15000);
  setInterval(() => {
    const seconds = app.callSince ? Math.floor((Date.now() - app.callSince) / 1000) : 0;
    byId("callTime").textContent = seconds ? `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}` : "";
  }, 500);
}

byId("micButton").onclick = () => { app.call.setMicrophone(!app.call.microphone); showWishes(); };
byId("cameraButton").onclick = () => { app.call.setCamera(!app.call.camera); showWishes(); };
byId("chatButton").onclick = () => showChat(byId("chatPanel").hidden);
byId("backButton").onclick = leaveCall;
byId("endButton").onclick = async () => {
  const { room } = app.call;
  if (await endVisit({ room, patient: app.name })) closeCall();
};
byId("play").onclick = () => byId("remote").play().then(() => { byId("play").hidden = true; });
byId("chatForm").onsubmit = (event) => {
  event.preventDefault();
  const words = byId("chatText").value.trim();
  if (!words) return;
  app.call.send({ type: "chat", id: crypto.randomUUID(), text: words });
  addChatLine(words, true);
  byId("chatText").value = "";
};

// For measuring and for unattended browsers; it reaches nothing that the page does not show.
window.kpdesk = {
  get pc() { return app.call?.pc ?? null; },
  get room() { return app.call?.room ?? null; },
  get state() { return app.call ? app.call.pc?.connectionState ?? "connecting" : "queue"; },
  get online() { return app.channel?.online ?? false; },
  get entries() { return app.entries; },
  get localStream() { return app.localStream; },
  get remoteStream() { return byId("remote").srcObject; },
  get generation() { return app.call?.generation ?? 0; },
  stats: async () => (app.call ? app.call.stats() : { state: "queue" }),
};

start();
