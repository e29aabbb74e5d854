# Threads of python3.11: locks, queues, a pool, a timer, thread-local data, and a subprocess started while others run.
. "$kTests/dynamic_programs.sh"
side=sysroot
compare python3.11 -S -c 'import os, threading
lock, total, local, seen = threading.Lock(), 0, threading.local(), []
def add(number):
    global total
    local.number = number
    for _ in range(300):
        with lock:
            total += 1
    seen.append(local.number == number)
threads = [threading.Thread(target=add, args=(i,)) for i in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(total, seen == [True] * 8, threading.active_count())
ready, items, results = threading.Condition(), [], []
def work():
    while True:
        with ready:
            while not items: ready.wait()
            item = items.pop()
        if item is None: return
        with lock: results.append(item * item)
workers = [threading.Thread(target=work) for _ in range(4)]
for worker in workers: worker.start()
for item in range(100):
    with ready:
        items.insert(0, item)
        ready.notify()
print(os.system("exit 3"), os.popen("echo beside threads").read())
with ready:
    items[:0] = [None] * 4
    ready.notify_all()
for worker in workers: worker.join()
print(sum(results))
event = threading.Event()
threading.Timer(0.001, event.set).start()
print(event.wait(60))
barrier = threading.Barrier(3)
for _ in range(2): threading.Thread(target=barrier.wait).start()
barrier.wait()
def fail(): raise ValueError("in a thread")
threading.excepthook = lambda caught: print(caught.exc_type.__name__, caught.exc_value)
thread = threading.Thread(target=fail)
thread.start()
thread.join()'
