"""The float generation path of docs/Architecture.md and docs/ModelOptions.md in NumPy.

A second implementation, written from the documents alone, for tests to compare with.

    python3 generation.py INPUT.json > OUTPUT.json

INPUT.json holds
  description  the model's description, as a checkpoint's metadata hold it,
  tensors      by name: {"shape": [...], "values": [...]}, row major,
  choices      a list of what sampling might choose; the model is walked once for each:
    noise      standard normal numbers of the latent vector, [embedding],
    codes      the codes that every string gets, without the end,
    index      what every softmax over classes chooses, modulo their number,
    isPresent  whether what is optional is there,
    component  of every mixture, with its standard normal numbers: componentNoise,
    presence   of the optional leaves of scalars, in turn.

OUTPUT.json is a list, for each of the choices what was computed by name, each name with a list of
vectors: what a module of prefix E computes is named E/...
"""

import json
import sys

import numpy as np


def celu(x):
    return np.where(x > 0, x, 3 * np.expm1(np.minimum(x, 0) / 3))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class Model:
    def __init__(self, description, tensors):
        self.tensors = {
            name: np.array(tensor["values"], dtype=np.float64).reshape(tensor["shape"])
            for name, tensor in tensors.items()
        }
        self.schema = description["schema"]
        self.vocabularies = description["vocabularies"]
        options = description["options"]
        self.feedback = options["feedback"]
        self.latent = options["latent"]
        self.mixture = options["scalarMixture"]
        self.has_clusters = options["softmaxClusters"] > 0
        self.factored_classes = options["factoredClasses"]

    def dense(self, name, x):
        return x @ self.tensors[name + "/weight"] + self.tensors[name + "/bias"]

    def gru(self, name, x, h):
        w, u, b = (
            np.split(self.tensors[f"{name}/{part}"], 3, axis=-1)
            for part in ("input_weight", "state_weight", "bias")
        )
        z = sigmoid(x @ w[0] + h @ u[0] + b[0])
        r = sigmoid(x @ w[1] + h @ u[1] + b[1])
        c = np.minimum(celu(x @ w[2] + (r * h) @ u[2] + b[2]), 6)
        return z * h + (1 - z) * c


class Walk:
    """One record's decoding, with everything that sampling decides given."""

    def __init__(self, model, choices):
        self.model = model
        self.choices = choices
        self.found = {}

    def note(self, name, vector):
        self.found.setdefault(name, []).append(np.asarray(vector).tolist())

    def record(self):
        tensors = self.model.tensors
        if self.model.latent == "none":
            latent = np.zeros(1)
        else:
            factor = np.linalg.cholesky(tensors["latent/covariance"])
            latent = tensors["latent/mean"] + factor @ np.array(self.choices["noise"])
        self.note("record/latent", latent)
        self.tuple(self.model.schema["root"]["tuple"]["elements"], "record", latent, False)
        return self.found

    def module(self, node, prefix, e, is_fed_back):
        """Decodes e and returns what is fed back, if anything asks for it."""
        ((kind, content),) = node.items()
        if kind == "optional":
            self.note(prefix + "/presence", self.model.dense(prefix + "/presence", e))
            if not self.choices["isPresent"]:
                return self.model.tensors[prefix + "/absent"][0] if is_fed_back else None
            return self.module(content["_0"], prefix + "/value", e, is_fed_back)
        if kind == "tuple":
            return self.tuple(content["elements"], prefix, e, is_fed_back)
        return getattr(self, kind)(content, prefix, e, is_fed_back)

    def tuple(self, elements, prefix, e, is_fed_back):
        model = self.model
        h = celu(model.dense(prefix + "/decoder/input", e))
        self.note(prefix + "/state", h)
        # Constants have no part in the RNNs.
        indices = [i for i, node in enumerate(elements) if "constant" not in node]
        vectors = []
        for i in indices:
            decoder = f"{prefix}/decoder/{i}"
            embedding = celu(model.dense(decoder + "/embedding", h))
            self.note(f"{prefix}/{i}/embedding", embedding)
            has_gru = i != indices[-1] or (is_fed_back and model.feedback == "state")
            asks = model.feedback != "own" and (has_gru or is_fed_back)
            vector = self.module(elements[i], f"{prefix}/{i}", embedding, asks)
            vectors.append(vector)
            if has_gru:
                h = model.gru(decoder, embedding if model.feedback == "own" else vector, h)
                self.note(prefix + "/state", h)
        if not is_fed_back:
            return None
        if model.feedback == "state":
            result = celu(model.dense(prefix + "/summary", h))
        else:
            result = self.encode(prefix + "/encoder", indices, vectors)
        self.note(prefix + "/feedback", result)
        return result

    def encode(self, name, indices, vectors):
        """A tuple's encoder over its elements' embeddings."""
        ahead = behind = self.model.tensors[name + "/initial_state"][0]
        for i, vector in zip(indices, vectors):
            ahead = self.model.gru(f"{name}/forward/{i}", vector, ahead)
        for i, vector in reversed(list(zip(indices, vectors))):
            behind = self.model.gru(f"{name}/backward/{i}", vector, behind)
        return celu(self.model.dense(name + "/output", np.concatenate([ahead, behind])))

    def stringLiteral(self, content, prefix, e, is_fed_back):
        model = self.model
        h = celu(model.dense("string/decoder/input", e))
        codes = self.choices["codes"]
        # A last look at the softmax, which now ends the string.
        for place in range(len(codes) + 1):
            if model.has_clusters:
                self.note(prefix + "/clusters", model.dense("string/decoder/cluster", h))
            self.note(prefix + "/codes", model.dense("string/decoder/softmax", h))
            if place < len(codes):
                character = model.tensors["string/embedding"][codes[place]]
                h = model.gru("string/decoder", character, h)
        if not is_fed_back:
            return None
        if model.feedback == "state":
            result = celu(model.dense("string/summary", h))
        else:
            h = np.zeros(model.tensors["string/encoder/state_weight"].shape[0])
            for code in codes:
                h = model.gru("string/encoder", model.tensors["string/embedding"][code], h)
            result = celu(model.dense("string/encoder/output", h))
        self.note(prefix + "/feedback", result)
        return result

    def classes(self, prefix, e):
        logits = self.model.dense(prefix + "/decoder", e)
        self.note(prefix + "/classes", logits)
        return self.choices["index"] % len(logits)

    def categorical(self, content, prefix, e, is_fed_back):
        chosen = self.classes(prefix, e)
        return self.model.tensors[prefix + "/embedding"][chosen] if is_fed_back else None

    def vocabulary(self, content, prefix, e, is_fed_back):
        chosen = self.classes(prefix, e)
        if chosen == 0:
            return self.stringLiteral(content, prefix, e, is_fed_back)
        value = self.value(content["leaf"], chosen - 1, prefix, e)
        return self.model.tensors[prefix + "/embedding"][value] if is_fed_back else None

    def value(self, leaf, chosen, prefix, e):
        """The known value, if need be of a cluster that was chosen."""
        n = len(self.model.vocabularies[leaf])
        clusters = self.model.tensors[prefix + "/decoder/bias"].size - 1
        return self.member(n, clusters, chosen, prefix + "/values", e)

    def member(self, n, clusters, chosen, name, e):
        """The class of n, of the cluster `chosen` if the softmax is factored."""
        if not 0 < self.model.factored_classes <= n:
            return chosen
        size = -(-n // clusters)
        places = range(n)[chosen * size:(chosen + 1) * size]
        logits = self.model.dense(name, e)[places.start:places.stop]
        self.note(name, logits)
        return places[self.choices["index"] % len(places)]

    def closedVocabulary(self, content, prefix, e, is_fed_back):
        # Class 0, the escape, is never chosen.
        logits = self.model.dense(prefix + "/decoder", e)
        self.note(prefix + "/classes", logits)
        chosen = self.choices["index"] % (len(logits) - 1)
        value = self.value(content["leaf"], chosen, prefix, e)
        return self.model.tensors[prefix + "/embedding"][value] if is_fed_back else None

    def number(self, content, prefix, e, is_fed_back):
        tensors = self.model.tensors
        bins = content["bins"]
        size = max(len(cells) for cells in bins)
        chosen = self.classes(prefix, e)
        # Behind the bins, or their clusters, comes null.
        is_optional = self.model.schema["leaves"][content["leaf"]]["isOptional"]
        first = tensors[prefix + "/decoder/bias"].size - is_optional
        is_null = chosen == first
        if is_null:
            chosen = len(bins)
        else:
            chosen = self.member(len(bins), first, chosen, prefix + "/bins", e)
        has_cell = not is_null and size > 1
        if has_cell:
            sums = e + tensors[prefix + "/cells/bin"][chosen]
            hidden = celu(self.model.dense(prefix + "/cells/hidden", sums))
            logits = self.model.dense(prefix + "/cells/decoder", hidden)[:len(bins[chosen])]
            self.note(prefix + "/cells", logits)
            cell = self.choices["index"] % len(logits)
        if not is_fed_back:
            return None
        result = tensors[prefix + "/embedding"][chosen]
        if has_cell:
            result = result + tensors[prefix + "/cells/embedding"][cell]
        self.note(prefix + "/feedback", result)
        return result

    def scalarTuple(self, content, prefix, e, is_fed_back):
        model = self.model
        leaves = content["leaves"]
        n = len(leaves)
        y = model.dense(prefix + "/decoder", e)
        if model.mixture > 0:
            y = self.component(prefix, y, n)
        self.note(prefix + "/whitened", y)
        mean = model.tensors[prefix + "/mean"]
        unwhitening = model.tensors[prefix + "/unwhitening"]
        values = mean + y @ unwhitening
        self.note(prefix + "/values", values)
        optional = [i for i in range(n) if model.schema["leaves"][leaves[i]]["isOptional"]]
        if optional:
            self.note(prefix + "/presence", model.dense(prefix + "/presence", e))
        if not is_fed_back:
            return None
        presence = [self.choices["presence"][k % len(self.choices["presence"])]
                    for k in range(len(optional))]
        # Missing values are the mean before all of them are whitened together.
        known = values.copy()
        for i, is_present in zip(optional, presence):
            if not is_present:
                known[i] = mean[i]
        whitened = np.linalg.solve(unwhitening.T, known - mean)
        flags = np.array(presence, dtype=np.float64)
        result = sigmoid(model.dense(prefix + "/encoder", np.concatenate([whitened, flags])))
        self.note(prefix + "/feedback", result)
        return result

    def component(self, prefix, outputs, n):
        """The whitened values that the chosen component's noise stands for."""
        k = self.model.mixture
        pairs = n * (n - 1) // 2
        logits, means, deviations, lower = np.split(outputs, np.cumsum([k, k * n, k * n]))
        self.note(prefix + "/components", logits)
        chosen = self.choices["component"] % k
        noise = np.array(self.choices["componentNoise"][:n])
        b = np.eye(n)
        b[np.tril_indices(n, -1)] = np.clip(lower.reshape(k, pairs)[chosen], -8, 8)
        scale = np.exp(np.clip(deviations.reshape(k, n)[chosen], -7, 3))
        return means.reshape(k, n)[chosen] + scale * (b @ noise)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        problem = json.load(file)
    model = Model(problem["description"], problem["tensors"])
    json.dump([Walk(model, choices).record() for choices in problem["choices"]], sys.stdout)


main()
