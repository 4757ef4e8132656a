# SPDX-License-Identifier: GPL-2.0-only
"""For guest.sh: system calls in plenty by Python, each checked."""
import os
import threading

errors = 0
there, back = os.pipe(), os.pipe()


def echo():
    while data := os.read(there[0], 1):
        os.write(back[1], data)


for i in range(20000):
    os.write(there[1], b"%c" % (i % 256))
    errors += os.read(there[0], 1) != b"%c" % (i % 256)
    errors += os.stat("/").st_ino != os.stat("/dev/..").st_ino
thread = threading.Thread(target=echo)
thread.start()
for i in range(1000):
    os.write(there[1], b"%c" % (i % 256))
    errors += os.read(back[0], 1) != b"%c" % (i % 256)
os.close(there[1])
thread.join()
for i in range(20):
    pid = os.fork()
    if not pid:
        os._exit(i)
    errors += os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != i
print(errors, "errors")
