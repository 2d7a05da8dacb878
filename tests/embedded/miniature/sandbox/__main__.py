import argparse
import json
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Sandbox(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.dumps({"id": "we_1", "secret": "whsec_1"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


parser = argparse.ArgumentParser()
parser.add_argument("--port", type=int)
parser.add_argument("--state")
signal.signal(signal.SIGTERM, lambda signum, frame: sys.exit(0))
ThreadingHTTPServer(("127.0.0.1", parser.parse_args().port), Sandbox).serve_forever()
