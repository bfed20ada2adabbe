"""Carriers: whose number it is, told offline (numbers.py), and one file for each service that is asked."""

from __future__ import annotations

from csdesk.orders.carriers.numbers import Recognised, carrier_of, recognise, tracking_page
from csdesk.orders.carriers.quoted import parcels_in

__all__ = ["Recognised", "carrier_of", "parcels_in", "recognise", "tracking_page"]
