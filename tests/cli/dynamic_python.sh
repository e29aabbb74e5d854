# python3.11, dynamically linked, and its library's extension modules (loaded by dlopen): json, re, zlib, sqlite3,
# ctypes, subprocess, fork, sockets, signals, mmap and files, as natively.
. "$kTests/dynamic_programs.sh"
cat >"$scratch/work.py" <<'END'
import ctypes, hashlib, json, lzma, math, mmap, os, re, select, signal, socket, sqlite3, struct
import subprocess, sys, zlib
print(json.dumps({"a": [1, 2.5, None, True], "é": "ü"}, sort_keys=True), json.loads('[1e3, "\\u00e9"]')[0])
print(re.findall(r"(\w+)=(\d+)", "a=1 b=22"), re.sub(r"\B(?=(\d{3})+$)", ",", "123456789"))
print(zlib.crc32(b"hello"), zlib.decompress(zlib.compress(b"x" * 1000)) == b"x" * 1000)
print(lzma.decompress(lzma.compress(b"zz")))
print(hashlib.md5(b"abc").hexdigest(), hashlib.sha256(b"abc").hexdigest())
base = sqlite3.connect("py.db")
base.execute("create table t(a, b)")
with base:
    base.executemany("insert into t values(?, ?)", [(i, i * i) for i in range(500)])
print(base.execute("select sum(b) from t where a % 3 = 0").fetchall())
base.close()
print(subprocess.run(["sort", "-r"], input="a\nc\nb\n", capture_output=True, text=True).stdout.split())
print(subprocess.run("echo out; echo err >&2; exit 5", shell=True, capture_output=True))
print(math.factorial(25), struct.pack("<Qd", 5, 0.1).hex(), hash("stable") % 1000)
r, w = os.pipe()
pid = os.fork()
if pid == 0:
    os.write(w, b"child")
    os._exit(3)
print(os.read(r, 10), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
print(ctypes.CDLL(None).abs(-5), ctypes.c_char_p(b"xyz").value)
libc = ctypes.CDLL("libc.so.6")
order = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
numbers = (ctypes.c_int * 5)(5, 1, 4, 2, 3)
libc.qsort(numbers, 5, 4, order(lambda a, b: a[0] - b[0]))
print(list(numbers))
one, other = socket.socketpair()
one.send(b"x")
print(select.select([other], [], [], 1)[0] == [other], other.recv(1))
area = mmap.mmap(-1, 4096)
area[0:3] = b"abc"
print(area[:4])
signal.signal(signal.SIGUSR1, lambda number, frame: print("got", signal.Signals(number).name))
os.kill(os.getpid(), signal.SIGUSR1)
with open("lines", "w") as file:
    file.writelines(f"{i:04}\n" for i in range(100))
print(sum(map(int, open("lines"))), os.stat("lines").st_size, sys.version_info[:2], sys.maxsize)
def deep(n): return 0 if n == 0 else 1 + deep(n - 1)
print(deep(900))
try:
    open("/no/such/file")
except OSError as error:
    print(error)
sys.exit(6)
END
side=sysroot
compare python3.11 -c "$(<"$scratch/work.py")"
side=root
compare python3.11 -S -c 'import os, _json
print(sorted(n for n in os.listdir(os.path.dirname(os.__file__)) if n[0] == "c"), os.system("ls /dev/null"))'
