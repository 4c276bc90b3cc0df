# The Python side of the bridge: what the user's Python is started with.
# It needs nothing but the standard library of Python 3.8 or newer, and it
# imports torch and numpy only if the user's module does. BridgeFrame.swift
# says what travels in which form.

import os, sys

# The working folder and PYTHONPATH come first, and a module there may have
# the name of one of these. The bridge is to get Python's own.
found = sys.path
users = os.environ.get("PYTHONPATH", "").split(os.pathsep) + [""]
users = [os.path.abspath(folder) for folder in users]
sys.path = [x for x in found if os.path.abspath(x) not in users]

import array, ctypes, fcntl, hashlib, importlib, importlib.util, json
import random, select, signal, socket, struct, traceback

sys.path = found


class Failure(Exception):
    pass


# The kernel ends this process when the host's end of descriptor 3 is
# closed, even while the user's code holds the interpreter's lock.
def end_with_host():
    os.set_inheritable(3, False)
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(3, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(3, fcntl.F_GETFL)
    fcntl.fcntl(3, fcntl.F_SETFL, flags | os.O_ASYNC)
    poll = select.poll()
    poll.register(3, 0)
    if poll.poll(0):
        os._exit(0)


# Takes the channel away from descriptor 0, so that the user's code
# neither reads requests nor hands them to programs that it starts.
def open_channel():
    channel = socket.socket(fileno=os.dup(0))
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    return channel


def receive(channel, count):
    data = bytearray(count)
    view = memoryview(data)
    while len(view):
        done = channel.recv_into(view)
        if done == 0:
            os._exit(0)
        view = view[done:]
    return data


def receive_frame(channel):
    header, payload = struct.unpack("<QQ", receive(channel, 16))
    return json.loads(receive(channel, header)), receive(channel, payload)


def send_frame(channel, header, pieces=()):
    text = json.dumps(header).encode()
    size = sum(len(piece) for piece in pieces)
    channel.sendall(struct.pack("<QQ", len(text), size) + text)
    for piece in pieces:
        channel.sendall(piece)


# ---- The user's class

# A module by its dotted name, or a file, which keeps the package that it
# lies in.
def import_module(name):
    if not name.endswith(".py"):
        return importlib.import_module(name)
    folder, file = os.path.split(os.path.abspath(name))
    if not os.path.exists(name):
        raise ImportError("there is no file " + name)
    parts = [file[:-3]]
    while os.path.exists(os.path.join(folder, "__init__.py")):
        folder, package = os.path.split(folder)
        parts.insert(0, package)
    sys.path.insert(0, folder)
    if len(parts) > 1:
        return importlib.import_module(".".join(parts))
    # An installed module of the same name must not win.
    spec = importlib.util.spec_from_file_location(parts[0], name)
    module = importlib.util.module_from_spec(spec)
    sys.modules[parts[0]] = module
    spec.loader.exec_module(module)
    return module


def find_class(module, name):
    maker = module
    for part in name.split("."):
        maker = getattr(maker, part, None)
    if not callable(maker):
        names = [
            key for key, value in vars(module).items()
            if isinstance(value, type) and not key.startswith("_")
        ]
        raise Failure(
            "the module has no class '%s', but %s"
            % (name, ", ".join(names) if names else "no class at all")
        )
    return maker


# The same numbers from the same samples: every draw starts anew.
def seed():
    random.seed(0)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(0)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(0)


def calm_torch():
    torch = sys.modules.get("torch")
    if torch is None:
        return
    torch.set_num_threads(1)
    try:
        torch.set_num_interop_threads(1)
    except RuntimeError:
        pass
    try:
        torch.use_deterministic_algorithms(True, warn_only=True)
    except (AttributeError, TypeError):
        pass


# Where the module and its waveforms are to be, and in which precision. What
# is not said is left to the class.
def placement():
    device = os.environ.get("SUPERB_PYTHON_DEVICE")
    precision = os.environ.get("SUPERB_PYTHON_PRECISION")
    if not device and not precision:
        return {}
    torch = sys.modules.get("torch")
    if torch is None:
        if device in (None, "cpu") and precision in (None, "float32"):
            return {}
        raise Failure("the class's module does not import torch")
    place = {}
    if device:
        place["device"] = device
    if precision:
        place["dtype"] = getattr(torch, precision)
    return place


# What of that decides numbers: the kind of device, not which one of them.
def placement_digest():
    parts = []
    kind = os.environ.get("SUPERB_PYTHON_DEVICE", "").partition(":")[0]
    if kind not in ("", "cpu"):
        parts.append("device " + kind)
    precision = os.environ.get("SUPERB_PYTHON_PRECISION", "float32")
    if precision not in ("", "float32"):
        parts.append("precision " + precision)
    return parts


class Loaded:
    def __init__(self, request, progress):
        progress("import")
        module = import_module(request["module"])
        calm_torch()
        progress("class")
        maker = find_class(module, request["class"])
        progress("construct")
        seed()
        self.expert = maker(**request["arguments"])
        calm_torch()
        if callable(getattr(self.expert, "eval", None)):
            self.expert.eval()
        self.place = placement()
        if self.place:
            if not callable(getattr(self.expert, "to", None)):
                raise Failure("the object has no method 'to', as modules have")
            self.expert.to(**self.place)
        self.module = module
        self.arguments = request["arguments"]

    def call(self):
        expert = self.expert
        return expert if callable(expert) else expert.forward


class Upstream(Loaded):
    def __call__(self, samples):
        seed()
        call = self.call()
        torch = sys.modules.get("torch")
        numpy = sys.modules.get("numpy")
        if torch is not None:
            with torch.no_grad():
                wave = torch.frombuffer(samples, dtype=torch.float32)
                if self.place:
                    wave = wave.to(**self.place)
                return hidden_states(call([wave]))
        if numpy is not None:
            return hidden_states(call([numpy.frombuffer(samples, "<f4")]))
        wave = array.array("f")
        wave.frombytes(samples)
        return hidden_states(call([wave]))

    def describe(self):
        draw = random.Random(0)
        noise = array.array(
            "f", [0.1 * draw.gauss(0, 1) for _ in range(16000)]
        ).tobytes()
        frames, width, states = self(bytearray(noise))
        again = self(bytearray(noise))
        if [bytes(x) for x, _ in states] != [bytes(x) for x, _ in again[2]]:
            print(
                "warning: the class gives the same audio different values"
                " when it is called again: it keeps a state, and numbers"
                " will depend on the order of the utterances",
                file=sys.stderr,
            )
        rate = getattr(self.expert, "get_downsample_rates", None)
        if callable(rate):
            rate = float(rate("hidden_states"))
        elif frames > 0:
            rate = float(round(16000 / frames))
        else:
            raise Failure("a second of audio gave no frame")
        return {
            "layers": len(states),
            "dimension": width,
            "samples_per_frame": rate,
            "parameters": count_parameters(self.expert),
            "digest": digest(self) + placement_digest(),
        }


# A language model: called with a list of sentences, it gives a number for
# each.
class Scorer(Loaded):
    def __call__(self, texts):
        seed()
        torch = sys.modules.get("torch")
        if torch is not None:
            with torch.no_grad():
                result = self.call()(texts)
        else:
            result = self.call()(texts)
        shape, values, owner = numbers(result)
        if tuple(shape) != (len(texts),):
            raise Failure(
                "the call gave numbers of the shape %s for %d sentences"
                % (list(shape), len(texts))
            )
        return values, owner

    def describe(self):
        return {
            "layers": 1,
            "dimension": 1,
            "samples_per_frame": 1.0,
            "parameters": count_parameters(self.expert),
            "digest": [],
        }


def count_parameters(expert):
    parameters = getattr(expert, "parameters", None)
    if not callable(parameters):
        return 0
    try:
        return int(sum(item.numel() for item in parameters()))
    except Exception:
        return 0


# ---- Hidden states

# Frames, width, and of each layer its little-endian 32-bit floats with
# whatever owns them.
def hidden_states(result):
    if not isinstance(result, dict) or "hidden_states" not in result:
        kind = type(result).__name__
        if isinstance(result, dict):
            kind = "the keys [%s]" % ", ".join(map(str, result))
        raise Failure("the call gave %s, not 'hidden_states'" % kind)
    states = result["hidden_states"]
    if isinstance(states, dict):
        states = list(states.values())
    if not isinstance(states, (list, tuple)):
        states = [states]
    if len(states) == 0:
        raise Failure("the call gave no hidden states")
    layers = []
    first = None
    for index, state in enumerate(states):
        shape, values, owner = numbers(state)
        if len(shape) == 3 and shape[0] == 1:
            shape = shape[1:]
        if len(shape) != 2:
            raise Failure(
                "hidden state %d has the shape %s, not [1, frames, width]"
                % (index, list(shape))
            )
        first = first or shape
        if tuple(shape) != tuple(first):
            raise Failure(
                "hidden state %d is %d frames of %d, but state 0 is %d"
                " frames of %d" % ((index,) + tuple(shape) + tuple(first))
            )
        layers.append((values, owner))
    return first[0], first[1], layers


def numbers(state):
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(state, torch.Tensor):
        state = state.detach().to("cpu", torch.float32).contiguous()
        size = state.numel() * 4
        values = (ctypes.c_char * size).from_address(state.data_ptr())
        return tuple(state.shape), memoryview(values).cast("B"), state
    numpy = sys.modules.get("numpy")
    if numpy is not None and hasattr(state, "__array__"):
        state = numpy.ascontiguousarray(state, dtype="<f4")
        return state.shape, memoryview(state.reshape(-1).view("u1")), state
    shape = []
    flat = array.array("f")
    flatten(state, 0, shape, flat)
    return tuple(shape), memoryview(flat).cast("B"), flat


# Nested lists, arrays or views of numbers.
def flatten(value, depth, shape, flat):
    if isinstance(value, memoryview):
        value = value.tolist()
    if isinstance(value, (str, bytes)) or not hasattr(value, "__len__"):
        if isinstance(value, (int, float)) and len(shape) > depth:
            raise Failure("a hidden state is ragged: a number beside a row")
        raise Failure(
            "a hidden state holds %s where numbers are expected"
            % type(value).__name__
        )
    if len(shape) == depth:
        shape.append(len(value))
    if shape[depth] != len(value):
        raise Failure(
            "a hidden state is ragged: %d values beside %d"
            % (len(value), shape[depth])
        )
    if len(value) and hasattr(value[0], "__len__"):
        for item in value:
            flatten(item, depth + 1, shape, flat)
    elif len(value) and len(shape) > depth + 1:
        raise Failure("a hidden state is ragged")
    else:
        flat.extend(map(float, value))


# ---- Identity

def hash_file(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


# Everything that decides the numbers, as far as it can be found: the
# files of the class's own package, what it was given, and the versions of
# the libraries.
def digest(upstream):
    parts = ["python %d.%d.%d" % sys.version_info[:3]]
    for name, module in sorted(sys.modules.items()):
        version = getattr(module, "__dict__", {}).get("__version__")
        if "." not in name and isinstance(version, str):
            parts.append("%s %s" % (name, version))
    parts += own_sources(upstream)
    for name, value in sorted(upstream.arguments.items()):
        parts.append("%s %s" % (name, hash_argument(value)))
    return parts


def own_sources(upstream):
    top = sys.modules.get(upstream.module.__name__.partition(".")[0])
    roots = [os.path.abspath(x) for x in getattr(top, "__path__", [])]
    if not roots and getattr(upstream.module, "__file__", None):
        roots = [os.path.dirname(os.path.abspath(upstream.module.__file__))]
    home = type(upstream.expert).__module__
    found = {}
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__dict__", {}).get("__file__")
        if not isinstance(file, str) or not os.path.isfile(file):
            continue
        file = os.path.abspath(file)
        for root in roots:
            inside = file[len(root) :]
            if (
                file.startswith(root + os.sep)
                and "site-packages" not in inside
                and "dist-packages" not in inside
            ):
                found[inside] = file
        if name == home:
            found[name] = file
    return ["%s %s" % (key, hash_file(found[key])) for key in sorted(found)]


def hash_argument(value):
    if os.path.isfile(value):
        return hash_file(value)
    if not os.path.isdir(value):
        return "is " + value
    parts = []
    for folder, folders, files in os.walk(value):
        folders.sort()
        for name in sorted(files):
            path = os.path.join(folder, name)
            inside = os.path.relpath(path, value)
            parts.append("%s %s" % (inside, hash_file(path)))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


# ---- Requests

# What went wrong, and the last places of the user's own code.
def report(error, stage):
    if isinstance(error, Failure):
        return {"failure": stage, "reason": str(error), "places": []}
    reason = type(error).__name__
    if str(error):
        reason += ": " + str(error)
    places = []
    if isinstance(error, SyntaxError) and error.filename:
        places.append("%s:%s" % (error.filename, error.lineno))
    for entry in traceback.extract_tb(error.__traceback__):
        if entry.filename.startswith("<"):
            continue
        if os.sep + "importlib" + os.sep in entry.filename:
            continue
        place = "%s:%s in %s" % (entry.filename, entry.lineno, entry.name)
        places.append(place + (": " + entry.line if entry.line else ""))
    traceback.print_exception(type(error), error, error.__traceback__)
    return {"failure": stage, "reason": reason, "places": places[-3:]}


def main():
    end_with_host()
    channel = open_channel()
    upstream = None
    while True:
        request, payload = receive_frame(channel)
        stage = ["call"]
        reply, pieces = None, []
        try:
            if request["do"] == "load":
                kind = Scorer if request.get("scores") else Upstream
                upstream = kind(request, lambda s: stage.insert(0, s))
                stage.insert(0, "probe")
                reply = upstream.describe()
            elif request["do"] == "score":
                texts = request["texts"]
                values, owner = upstream(texts)
                reply = {"shape": [1, 1, len(texts)]}
                pieces = [values]
            else:
                frames, width, states = upstream(payload)
                reply = {"shape": [len(states), frames, width]}
                pieces = [values for values, _ in states]
        except BaseException as error:
            reply, pieces = report(error, stage[0]), []
        send_frame(channel, reply, pieces)
        states = None


main()
