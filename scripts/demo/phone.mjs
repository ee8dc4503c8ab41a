// A phone: one user's app, on nothing but the official Firebase JavaScript client SDK.

import { randomUUID } from "node:crypto";
import { deleteApp, initializeApp } from "firebase/app";
import {
  connectAuthEmulator,
  createUserWithEmailAndPassword,
  getAuth,
  signInWithEmailAndPassword,
} from "firebase/auth";
import {
  connectFirestoreEmulator,
  doc,
  getDoc,
  getFirestore,
  onSnapshot,
  setLogLevel,
  terminate,
} from "firebase/firestore";
import { connectFunctionsEmulator, getFunctions, httpsCallable } from "firebase/functions";
import {
  connectStorageEmulator,
  getBytes,
  getStorage,
  ref,
  uploadBytesResumable,
} from "firebase/storage";

const { env } = process;

// The SDK reports every refused listener on the console; the story says what it expects itself.
setLogLevel("silent");

const PASSWORD = "correct horse battery";

function hostAndPort(address) {
  const { hostname, port } = new URL(address.includes("//") ? address : `http://${address}`);
  return [hostname, Number(port)];
}

/** What every sign-up asks, as someone grown up answers it. */
export const GROWN_UP = {
  birthDate: "1990-05-17",
  region: "US",
  timeZone: "America/New_York",
};

export class Phone {
  /** A fresh app instance, pointed at the local stack. */
  constructor(name) {
    this.name = name;
    const { projectId, storageBucket } = JSON.parse(env.FIREBASE_CONFIG);
    this.app = initializeApp({ projectId, storageBucket, apiKey: "local" }, `${name}-${randomUUID()}`);
    this.auth = getAuth(this.app);
    connectAuthEmulator(this.auth, `http://${env.FIREBASE_AUTH_EMULATOR_HOST}`, {
      disableWarnings: true,
    });
    this.firestore = getFirestore(this.app);
    connectFirestoreEmulator(this.firestore, ...hostAndPort(env.FIRESTORE_EMULATOR_HOST));
    this.storage = getStorage(this.app);
    connectStorageEmulator(this.storage, ...hostAndPort(env.FIREBASE_STORAGE_EMULATOR_HOST));
    this.functions = getFunctions(this.app);
    connectFunctionsEmulator(this.functions, ...hostAndPort(env.SPAKTOK_FUNCTIONS_URL));
  }

  /** Sign up with e-mail and password; a new account every time. */
  async signUp() {
    this.email = `${this.name}-${randomUUID()}@example.com`;
    const { user } = await createUserWithEmailAndPassword(this.auth, this.email, PASSWORD);
    this.uid = user.uid;
    return user.uid;
  }

  /** Sign in once more: what is dangerous asks for a sign-in of the last minutes. */
  async signInAgain() {
    await signInWithEmailAndPassword(this.auth, this.email, PASSWORD);
  }

  /** Call a function; its `data`. Refusals are thrown as the SDK's FunctionsError. */
  async call(name, request = {}) {
    const ask = async () => (await httpsCallable(this.functions, name)(request)).data.data;
    try {
      return await ask();
    } catch (error) {
      // The emulator may send on a connection that its worker closes in that moment (idle for two
      // seconds) and says INTERNAL, with no details. What only reads is asked again, as an app would.
      const lost = error.code === "functions/internal" && error.details === undefined;
      if (!lost || !/^(get|search|check|resolve)/.test(name)) throw error;
      return ask();
    }
  }

  /** Upload as an app does: resumable, telling the progress. */
  async upload(path, bytes, contentType = "video/mp4", onProgress = () => {}) {
    const task = uploadBytesResumable(ref(this.storage, path), bytes, { contentType });
    task.on("state_changed", (at) => onProgress(at.bytesTransferred, at.totalBytes));
    await task;
  }

  /** Read a stored object, under the Storage rules. */
  async download(path) {
    return Buffer.from(await getBytes(ref(this.storage, path)));
  }

  /** Read a document, under the Firestore rules. */
  async read(path) {
    return (await getDoc(doc(this.firestore, path))).data();
  }

  /** Listen to a document until `wanted` holds for it; the document. */
  until(path, wanted, timeoutMs = 120_000) {
    return new Promise((resolve, reject) => {
      const settle = (how, value) => {
        clearTimeout(timer);
        stop();
        how(value);
      };
      const timer = setTimeout(
        () => settle(reject, new Error(`${path} did not get there in ${timeoutMs / 1000} s`)),
        timeoutMs,
      );
      const stop = onSnapshot(
        doc(this.firestore, path),
        (snapshot) => wanted(snapshot.data() ?? {}) && settle(resolve, snapshot.data()),
        (error) => settle(reject, error),
      );
    });
  }

  /** Switch the phone off. */
  async off() {
    await terminate(this.firestore);
    await deleteApp(this.app);
  }
}

/** Ask again until the answer is there. */
export async function eventually(ask, { timeoutMs = 60_000, everyMs = 250 } = {}) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`not there after ${timeoutMs / 1000} s: ${ask}`);
    await new Promise((later) => setTimeout(later, everyMs));
  }
}

/** The refusal that `attempt` meets: {code, message, details}. Throws where it is not refused. */
export async function refusal(attempt) {
  try {
    await attempt;
  } catch (error) {
    return { code: error.code, message: error.message, details: error.details };
  }
  throw new Error("this should have been refused");
}
