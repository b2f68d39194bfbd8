"""A web server on this machine: files to fetch, and an ear for what is posted."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue


class Listener:
    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}"
        self.files = {}
        self.heard = Queue()

    def serve(self, path, content, content_type):
        self.files[path] = (content, content_type)
        return self.url + path


@contextmanager
def listening():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.listener = Listener(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.listener
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        content, content_type = self.server.listener.files.get(self.path, (None, None))
        if content is None:
            return self.send_error(404)
        self.answer(200, content, content_type)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.listener.heard.put((self.path, self.headers, body))
        self.answer(200, b"", "text/plain")

    def answer(self, status, content, content_type):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass
