"""Requests over TLS to this machine, one after the other in each of some threads, until standard input ends; then one line of JSON:
how many answers of each status, and what went wrong. Run inside the machine's network (nsenter -n)."""
import collections
import http.client
import json
import ssl
import sys
import threading

THREADS = 4


def main():
    path, key = sys.argv[1], sys.argv[2]
    context = ssl._create_unverified_context()
    counts, wrong, lock = collections.Counter(), [], threading.Lock()
    over = threading.Event()

    def work():
        while not over.is_set():
            try:
                connection = http.client.HTTPSConnection("127.0.0.1", 443, timeout=30, context=context)
                connection.request("GET", path, headers={"X-API-Key": key})
                answer = connection.getresponse()
                body = answer.read()
                with lock:
                    counts[answer.status] += 1
                    if answer.status != 200:
                        wrong.append(body[:200].decode(errors="replace"))
                connection.close()
            except (OSError, http.client.HTTPException) as e:
                with lock:
                    counts["failed"] += 1
                    wrong.append(repr(e))

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    over.set()
    for thread in threads:
        thread.join()
    print(json.dumps({"counts": counts, "wrong": wrong[:5]}))


main()
