"""Jobs that wait, each client in turn."""

from collections import OrderedDict, deque
from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class HasClient(Protocol):
    """What a client waits for, which knows the client."""

    client: str


T = TypeVar("T", bound=HasClient)


class FairQueue(Generic[T]):
    """The jobs that wait for one kind of place, at most `most` of them.

    A client is an address: clients take turns, the jobs of one are taken in their order. Behind
    a proxy all are one client, and first come is first served; a connection of HTTP/1.1 asks
    one thing at a time, so that there each connection has a turn.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self.newest_first = False  # of each client; until nobody waits
        self._waiting: OrderedDict[str, deque[T]] = OrderedDict()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[T]:
        return (task for tasks in self._waiting.values() for task in tasks)

    def add(self, task: T) -> T | None:
        """Have a job wait. Where too many do, returns the one that may not: the newest of the
        client with the most."""
        self._waiting.setdefault(task.client, deque()).append(task)
        self._count += 1
        if self._count <= self._most:
            return None
        refused = max(self._waiting.values(), key=len)[-1]
        self.remove(refused)
        return refused

    def put_back(self, task: T) -> None:
        """Have a job wait that was taken: it is the first of its client, who is the next."""
        self._waiting.setdefault(task.client, deque()).appendleft(task)
        self._waiting.move_to_end(task.client, last=False)
        self._count += 1

    def take(self) -> T:
        """The next job; its client's next turn comes after all others'."""
        client, tasks = self._waiting.popitem(last=False)
        task = tasks.pop() if self.newest_first else tasks.popleft()
        if tasks:
            self._waiting[client] = tasks
        self._count -= 1
        self.newest_first &= self._count > 0
        return task

    def remove(self, task: T) -> None:
        """Have a job wait no longer."""
        tasks = self._waiting[task.client]
        tasks.remove(task)
        self._count -= 1
        if not tasks:
            del self._waiting[task.client]
