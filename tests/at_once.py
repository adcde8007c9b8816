"""Several verbs at the same moment, each in a thread with its own connection."""
import threading

from django.db import connection

from squaredeal.kernel.errors import Refused


def at_once(*verbs):
    """What each of the verbs came to: "done", or the refusal."""
    told, start = [], threading.Barrier(len(verbs))

    def run(verb):
        start.wait()
        try:
            verb()
            told.append("done")
        except Refused as no:
            told.append(str(no.message))
        except Exception as fault:
            told.append(repr(fault))
        finally:
            connection.close()
    threads = [threading.Thread(target=run, args=[verb]) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return told
