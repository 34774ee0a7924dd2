// One visit's sound and picture: plain WebRTC. The patient offers, this side answers; a new generation
// is a new peer connection with the same local tracks.

const MAX_VIDEO_BPS = 2500000;
const CONSTRAINTS = {
  audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } },
};

// The best that this computer gives: both, then sound alone, then nothing.
export async function openDevices() {
  for (const wish of [CONSTRAINTS, { audio: CONSTRAINTS.audio }, { video: CONSTRAINTS.video }]) {
    try {
      return await navigator.mediaDevices.getUserMedia(wish);
    } catch {
      // the next wish asks for less
    }
  }
  return new MediaStream();
}

export class Call {
  // handlers: onStream(stream), onState(connectionState)
  constructor(room, session, channel, localStream, handlers) {
    this.room = room;
    this.session = session;
    this.channel = channel;
    this.localStream = localStream;
    this.handlers = handlers;
    this.pc = null;
    this.generation = 0;
    this.early = [];
    this.closed = false;
    this.microphone = true;
    this.camera = true;
    this.work = Promise.resolve();
  }

  send(message) {
    this.channel.send({ ...message, room: this.room });
  }

  sayMedia() {
    const audio = this.localStream.getAudioTracks().length > 0 && this.microphone;
    const video = this.localStream.getVideoTracks().length > 0 && this.camera;
    this.send({ type: "media", microphone: audio, camera: video });
  }

  setMicrophone(on) {
    this.microphone = on;
    for (const track of this.localStream.getAudioTracks()) track.enabled = on;
    this.sayMedia();
  }

  setCamera(on) {
    this.camera = on;
    for (const track of this.localStream.getVideoTracks()) track.enabled = on;
    this.sayMedia();
  }

  // Messages are worked off one after the other: an answer takes a while.
  take(message) {
    this.work = this.work.then(() => this.handle(message)).catch((error) => {
      console.warn("signaling message not used:", message.type, error.name);
    });
    return this.work;
  }

  async handle(message) {
    if (this.closed) return;
    if (message.type === "offer") await this.answer(message);
    else if (message.type === "candidate") await this.addCandidate(message);
  }

  async answer(offer) {
    if (offer.generation < this.generation) return;
    this.closePeer();
    this.generation = offer.generation;
    const pc = new RTCPeerConnection({
      iceServers: this.session.ice_servers,
      iceTransportPolicy: this.session.relay_only ? "relay" : "all",
      bundlePolicy: "max-bundle",
    });
    this.pc = pc;
    const generation = offer.generation;
    pc.ontrack = (event) => {
      if (this.pc === pc) this.handlers.onStream(event.streams[0] || new MediaStream([event.track]), event.track);
    };
    pc.onicecandidate = ({ candidate }) => {
      this.send({
        type: "candidate",
        generation,
        candidate: candidate ? candidate.candidate : "",
        sdp_mid: candidate ? candidate.sdpMid : null,
        sdp_mline_index: candidate ? candidate.sdpMLineIndex : null,
      });
    };
    pc.onconnectionstatechange = () => {
      if (this.pc !== pc) return;
      this.handlers.onState(pc.connectionState);
      if (pc.connectionState === "failed") this.send({ type: "renegotiate" });
    };
    await pc.setRemoteDescription({ type: "offer", sdp: offer.sdp });
    for (const track of this.localStream.getTracks()) pc.addTrack(track, this.localStream);
    await pc.setLocalDescription(await pc.createAnswer());
    await this.limitBitrate(pc);
    if (this.pc !== pc) return;
    this.send({ type: "answer", generation, sdp: pc.localDescription.sdp });
    this.sayMedia();
    const early = this.early.filter((candidate) => candidate.generation === generation);
    this.early = [];
    for (const candidate of early) await this.addCandidate(candidate);
  }

  async limitBitrate(pc) {
    for (const sender of pc.getSenders()) {
      if (!sender.track || sender.track.kind !== "video") continue;
      const parameters = sender.getParameters();
      parameters.degradationPreference = "balanced";
      for (const encoding of parameters.encodings || []) encoding.maxBitrate = MAX_VIDEO_BPS;
      try {
        await sender.setParameters(parameters);
      } catch (error) {
        console.warn("video limit not set:", error.name);
      }
    }
  }

  async addCandidate(message) {
    if (message.generation > this.generation) {
      this.early.push(message);
      return;
    }
    if (message.generation < this.generation || !this.pc || !message.candidate) return;
    await this.pc.addIceCandidate({
      candidate: message.candidate,
      sdpMid: message.sdp_mid ?? null,
      sdpMLineIndex: message.sdp_mline_index ?? null,
    });
  }

  async stats() {
    const result = { state: this.pc ? this.pc.connectionState : "none", generation: this.generation };
    if (!this.pc) return result;
    for (const report of (await this.pc.getStats()).values()) {
      if (report.type === "inbound-rtp" && report.kind === "video") {
        Object.assign(result, {
          framesDecoded: report.framesDecoded, frameWidth: report.frameWidth, frameHeight: report.frameHeight,
          videoBytesReceived: report.bytesReceived, framesPerSecond: report.framesPerSecond,
        });
      } else if (report.type === "inbound-rtp" && report.kind === "audio") {
        Object.assign(result, {
          audioBytesReceived: report.bytesReceived, totalAudioEnergy: report.totalAudioEnergy,
          totalSamplesDuration: report.totalSamplesDuration, audioLevel: report.audioLevel,
          concealedSamples: report.concealedSamples, audioPacketsLost: report.packetsLost,
        });
      } else if (report.type === "outbound-rtp" && report.kind === "video") {
        Object.assign(result, { framesSent: report.framesSent, sentWidth: report.frameWidth, videoBytesSent: report.bytesSent });
      } else if (report.type === "candidate-pair" && report.nominated) {
        result.roundTripTime = report.currentRoundTripTime;
      }
    }
    return result;
  }

  closePeer() {
    if (!this.pc) return;
    this.pc.onconnectionstatechange = this.pc.onicecandidate = this.pc.ontrack = null;
    this.pc.close();
    this.pc = null;
  }

  close() {
    this.closed = true;
    this.closePeer();
  }
}
