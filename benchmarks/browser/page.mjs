// Does in the page what a meeting's page does: MediaPipe's model, then a blur and a blend on a canvas.
// It asks the benchmark for one order after the other (GET /next) and answers each (POST /answer).

import { FilesetResolver, ImageSegmenter } from "/vision/vision_bundle.mjs";

const BLUR_PX = 10; // standard deviation: what pages usually take at 720p
const MODEL_WIDTH = 256;
const MODEL_HEIGHT = 144;

let segmenter, recipe, bitmap, mask, confidences;
let clock = 0; // milliseconds of video: must increase from frame to frame
const out = new OffscreenCanvas(1, 1);
const outContext = out.getContext("2d", { willReadFrequently: true });
const maskCanvas = new OffscreenCanvas(1, 1);
const maskContext = maskCanvas.getContext("2d", { willReadFrequently: true });
const small = new OffscreenCanvas(MODEL_WIDTH, MODEL_HEIGHT);
const smallContext = small.getContext("2d", { willReadFrequently: true });

const orders = {
  async open(order) {
    recipe = order.recipe;
    const files = await FilesetResolver.forVisionTasks("/vision/wasm");
    segmenter = await ImageSegmenter.createFromOptions(files, {
      baseOptions: { modelAssetPath: "/model.tflite", delegate: "CPU" },
      runningMode: "VIDEO",
      outputConfidenceMasks: true,
      outputCategoryMask: false,
    });
    return JSON.stringify({ agent: navigator.userAgent });
  },

  // Takes a frame over, as a camera would hand it in: not timed.
  async load(order) {
    const pixels = new Uint8ClampedArray(await (await fetch("/frame")).arrayBuffer());
    bitmap?.close();
    bitmap = await createImageBitmap(new ImageData(pixels, order.width, order.height));
    if (out.width !== order.width || out.height !== order.height) {
      out.width = order.width;
      out.height = order.height;
    }
    return "{}";
  },

  run() {
    const start = performance.now();
    segment();
    const segmented = performance.now();
    composite();
    return JSON.stringify({ model_ms: segmented - start, wall_ms: performance.now() - start });
  },

  matte() {
    return new Blob([new Int32Array([mask.width, mask.height]), confidences]);
  },

  picture() {
    return new Blob([outContext.getImageData(0, 0, out.width, out.height).data]);
  },
};

function segment() {
  clock += 33;
  let input = bitmap;
  if (recipe === "small") {
    smallContext.drawImage(bitmap, 0, 0, MODEL_WIDTH, MODEL_HEIGHT);
    input = small;
  }
  const result = segmenter.segmentForVideo(input, clock);
  const found = result.confidenceMasks[0];
  confidences = new Float32Array(found.getAsFloat32Array());
  if (!mask || mask.width !== found.width || mask.height !== found.height) {
    mask = new ImageData(found.width, found.height);
    maskCanvas.width = found.width;
    maskCanvas.height = found.height;
  }
  result.close();
}

function composite() {
  for (let i = 0; i < confidences.length; i++) mask.data[4 * i + 3] = 255 * confidences[i];
  maskContext.putImageData(mask, 0, 0);
  outContext.globalCompositeOperation = "copy";
  outContext.filter = "none";
  outContext.drawImage(maskCanvas, 0, 0, out.width, out.height);
  outContext.globalCompositeOperation = "source-in";
  outContext.drawImage(bitmap, 0, 0);
  outContext.globalCompositeOperation = "destination-over";
  outContext.filter = `blur(${BLUR_PX}px)`;
  outContext.drawImage(bitmap, 0, 0);
  outContext.getImageData(0, 0, 1, 1); // canvases draw late: this waits until it has been drawn
}

async function serve() {
  for (;;) {
    const order = await (await fetch("/next")).json();
    if (order.name === "stop") return;
    let answer;
    try {
      answer = await orders[order.name](order);
    } catch (error) {
      answer = JSON.stringify({ error: String(error) });
    }
    await fetch("/answer", { method: "POST", body: answer });
  }
}

serve();
