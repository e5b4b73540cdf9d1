"""The words of drawings, transcripts and refusals, in both languages.

Each event kind has a sentence; `{name}` and `{text}` are the event's own. `ended.…` says why a run
in the browser has no full recording, `browser.…` what cannot be done there.
"""

from collections.abc import Mapping

Words = Mapping[str, str]

ENGLISH: Words = {
    "timeline": "Timeline",
    "seconds": "{n} s",
    "answered": "{status}",
    "waited": "waited {n} s to be let in",
    "never": "never ran",
    "cancelled": "cancelled",
    "left": "client left",
    "open": "never closed",
    "nobody": "program",
    "request.sent": "sends {text}",
    "request.received": "{text} reaches the app",
    "request.failed": "the app fails: {text}",
    "response.started": "the response begins, status {text}",
    "response.chunk": "receives {text}",
    "response.finished": "has the whole response, status {text}",
    "client.disconnected": "closes the connection",
    "task.started": "{name} starts",
    "task.finished": "{name} ends",
    "task.failed": "{name} fails: {text}",
    "task.skipped": "{name} never ran",
    "task.cancelled": "{name} is cancelled",
    "dependency.opened": "{name} is open",
    "dependency.closed": "{name} is closed",
    "lifespan.started": "the app has started",
    "lifespan.stopped": "the app has stopped",
    "thread.waiting": "{name} waits for a place in the thread pool",
    "thread.started": "{name} runs in a thread",
    "thread.finished": "{name} leaves its thread",
    "websocket.accepted": "the WebSocket is open",
    "websocket.received": "the app receives {text}",
    "websocket.sent": "the app sends {text}",
    "websocket.closed": "the WebSocket is closed, code {text}",
    "log": "log: {text}",
    "print": "prints: {text}",
    "ended.app": "{text}",
    "ended.raised": "the app has ended the run: {text}",
    "ended.deadlock": "{text}",
    "ended.budget": "{text}",
    "ended.stopped": "{text}",
    "ended.story": "the requests can't be sent: {text}",
    "ended.internal": "the sandbox itself has failed; please report it: {text}",
    "browser.network": "the sandbox runs in your browser and has no network: "
    "it can neither connect nor listen",
    "browser.process": "the sandbox runs in your browser and can neither start nor end a process",
    "browser.signal": "the sandbox runs in your browser and can neither send nor handle signals",
    "browser.input": "the sandbox runs in your browser and nobody can type into it: "
    "write the value into the code",
    "browser.package": "{name} is not in the sandbox: it has Python's standard library and {there}",
    "browser.module": "{name} is not in the sandbox: of modules it has express alone",
}

CHINESE: Words = {
    "timeline": "时间线",
    "seconds": "{n} 秒",
    "answered": "{status}",
    "waited": "等了 {n} 秒才被受理",
    "never": "从未执行",
    "cancelled": "被取消",
    "left": "客户端断开",
    "open": "一直没关",
    "nobody": "程序",
    "request.sent": "发出 {text}",
    "request.received": "{text} 到达应用",
    "request.failed": "应用出错：{text}",
    "response.started": "响应开始，状态码 {text}",
    "response.chunk": "收到 {text}",
    "response.finished": "收到完整响应，状态码 {text}",
    "client.disconnected": "断开连接",
    "task.started": "{name} 开始",
    "task.finished": "{name} 结束",
    "task.failed": "{name} 失败：{text}",
    "task.skipped": "{name} 从未执行",
    "task.cancelled": "{name} 被取消",
    "dependency.opened": "{name} 已打开",
    "dependency.closed": "{name} 已关闭",
    "lifespan.started": "应用启动完毕",
    "lifespan.stopped": "应用已停止",
    "thread.waiting": "{name} 等待线程池的空位",
    "thread.started": "{name} 进入线程运行",
    "thread.finished": "{name} 离开线程",
    "websocket.accepted": "WebSocket 已建立",
    "websocket.received": "应用收到 {text}",
    "websocket.sent": "应用发送 {text}",
    "websocket.closed": "WebSocket 已关闭，关闭码 {text}",
    "log": "日志：{text}",
    "print": "打印：{text}",
    "ended.app": "应用没能启动（{text}）",
    "ended.raised": "应用终止了运行（{text}）",
    "ended.deadlock": "所有任务都在等待，也没有定时器会到期（{text}）",
    "ended.budget": "运行超出了限度（{text}）",
    "ended.stopped": "运行已被停止（{text}）",
    "ended.story": "请求没法发出（{text}）",
    "ended.internal": "沙箱本身出错了，请反馈给我们（{text}）",
    "browser.network": "沙箱在浏览器里运行，没有网络：既不能连接，也不能监听",
    "browser.process": "沙箱在浏览器里运行，不能启动或结束进程",
    "browser.signal": "沙箱在浏览器里运行，不能发送或处理信号",
    "browser.input": "沙箱在浏览器里运行，没有键盘输入：请把值直接写进代码",
    "browser.package": "沙箱里没有 {name}：这里只有 Python 标准库和 {there}",
    "browser.module": "沙箱里没有 {name}：模块只有 express",
}

WORDS: Mapping[str, Words] = {"en": ENGLISH, "zh": CHINESE}


def number(seconds: float) -> str:
    """Seconds without a needless fraction: 5, 0.5, 3.25."""
    return f"{seconds:.6f}".rstrip("0").rstrip(".") or "0"


def sentence(kind: str, name: str, text: str, words: Words) -> str:
    """What an event says, in words."""
    form = words.get(kind) or f"{kind} {{name}} {{text}}"
    return form.format(name=name, text=" ".join(text.splitlines()))
