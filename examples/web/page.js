import { FakeGen, moduleFile } from "./fakegen.js";

// A table of more rows would make the page slow; the map and the file have them all.
const shownRows = 1000;

const element = (name) => document.getElementById(name);
const settings = element("settings");
const status = element("status");

async function bytes(file) {
  const response = await fetch(file);
  if (!response.ok) throw new Error(`${file}: ${response.status} ${response.statusText}`);
  return new Uint8Array(await response.arrayBuffer());
}

function showTable(columns, rows) {
  const header = document.createElement("tr");
  for (const column of columns) {
    const cell = document.createElement("th");
    cell.textContent = column;
    header.append(cell);
  }
  const lines = rows.slice(0, shownRows).map((row) => {
    const line = document.createElement("tr");
    for (const column of columns) line.insertCell().textContent = row[column] ?? "";
    return line;
  });
  element("table").replaceChildren(header, ...lines);
}

/** The columns of longitude and latitude, by their names; undefined if there are none. */
function coordinates(columns) {
  const find = (pattern) => columns.find((column) => pattern.test(column));
  const [longitude, latitude] = [find(/^(lon|lng|longitude)$/i), find(/^(lat|latitude)$/i)];
  return longitude && latitude ? { longitude, latitude } : undefined;
}

/** Dots on an equirectangular map that is true to scale at its middle, with lines of degrees. */
function showMap(places) {
  const canvas = element("map");
  const scale = window.devicePixelRatio || 1;
  const style = getComputedStyle(canvas);
  const [width, height] = [560, 760];
  [canvas.width, canvas.height] = [width * scale, height * scale];
  const context = canvas.getContext("2d");
  context.scale(scale, scale);

  const bounds = (axis) => {
    const values = places.map((place) => place[axis]);
    const low = values.reduce((a, b) => Math.min(a, b));
    const high = values.reduce((a, b) => Math.max(a, b));
    return { low, high, middle: (low + high) / 2, size: Math.max(high - low, 0.01) };
  };
  const [x, y] = [bounds(0), bounds(1)];
  const narrowing = Math.cos((y.middle * Math.PI) / 180);
  const margin = 30;
  const unit = Math.min(
    (width - 2 * margin) / (x.size * narrowing), (height - 2 * margin) / y.size);
  const point = (longitude, latitude) => [
    width / 2 + (longitude - x.middle) * narrowing * unit,
    height / 2 - (latitude - y.middle) * unit,
  ];

  context.strokeStyle = style.borderColor;
  context.fillStyle = getComputedStyle(document.body).color;
  context.font = "11px system-ui, sans-serif";
  const span = Math.max(width / narrowing, height) / unit;
  const step = [0.001, 0.01, 0.1, 0.5, 1, 5, 10, 30].find((size) => span / size <= 12) ?? 30;
  const lines = (middle) => {
    const first = Math.ceil((middle - span / 2) / step);
    return Array.from({ length: Math.ceil(span / step) + 1 }, (_, index) => (first + index) * step);
  };
  const name = (degrees) => `${Number(degrees.toFixed(3))}°`;
  for (const longitude of lines(x.middle)) {
    const [at] = point(longitude, 0);
    context.strokeRect(at, -1, 0, height + 2);
    context.fillText(name(longitude), at + 3, height - 5);
  }
  for (const latitude of lines(y.middle)) {
    const [, at] = point(0, latitude);
    context.strokeRect(-1, at, width + 2, 0);
    context.fillText(name(latitude), 3, at - 3);
  }

  context.fillStyle = style.color;
  const radius = places.length > 5000 ? 0.8 : 1.6;
  for (const [longitude, latitude] of places) {
    const [left, top] = point(longitude, latitude);
    context.beginPath();
    context.arc(left, top, radius, 0, 2 * Math.PI);
    context.fill();
  }
}

function show(fakegen) {
  const [seed, count] = [element("seed").value, Number(element("count").value)];
  const begin = performance.now();
  const rows = fakegen.rows(seed, 0, count);
  const seconds = (performance.now() - begin) / 1000;
  const columns = Object.keys(rows[0]);
  showTable(columns, rows);
  const names = coordinates(columns);
  const places = names
    ? rows.map((row) => [row[names.longitude], row[names.latitude]])
        .filter((place) => place.every((value) => typeof value === "number"))
    : [];
  element("map-figure").hidden = places.length === 0;
  if (places.length > 0) {
    showMap(places);
    element("caption").textContent = `${places.length} places`;
  }
  const shown = count > shownRows ? `, the first ${shownRows} in the table` : "";
  status.value = `${count} rows in ${seconds.toFixed(2)} s${shown}`;
}

function download(fakegen) {
  const [seed, count] = [element("seed").value, element("count").value];
  const file = new Blob([fakegen.csv(seed, 0, count)], { type: "text/csv" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = `fakegen-${seed}.csv`;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Runs `action` and shows why it failed, if it did. */
function report(action) {
  try {
    action();
  } catch (error) {
    status.value = error.message;
  }
}

try {
  const fakegen = await FakeGen.load(await bytes(moduleFile), await bytes("model.fakegen"));
  settings.addEventListener("submit", (event) => {
    event.preventDefault();
    report(() => show(fakegen));
  });
  element("download").addEventListener("click", () => {
    if (settings.reportValidity()) report(() => download(fakegen));
  });
  element("attribution").textContent = fakegen.attribution;
  element("download").disabled = false;
  report(() => show(fakegen));
} catch (error) {
  status.value = error.message;
}
