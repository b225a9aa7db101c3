"""The elements of a CAMT file, by their local names: versions differ in their namespaces only."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from providers.bank.text import tidy


def local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""


def every(element: Element | None, name: str) -> list[Element]:
    """The children of that local name."""
    return [] if element is None else [child for child in element if local(child) == name]


def first(element: Element | None, *path: str) -> Element | None:
    for name in path:
        element = next(iter(every(element, name)), None)
    return element


def text(element: Element | None) -> str:
    return tidy(element.text or "") if element is not None else ""
