"""What the words of tracking services and carriers stand for: one table each. Knows no HTTP.

Sources: 17TRACK, api.17track.net/en/doc?version=v2.2 (main and sub statuses); AfterShip,
www.aftership.com/docs/tracking/2026-07/enum/delivery-sub-statuses; UPS, github.com/UPS-API/api-documentation
Tracking.yaml (status.type); USPS, developers.usps.com/trackingv3 (statusCategory); DHL,
developer.dhl.com/api-reference/shipment-tracking (statusCode); Royal Mail, developer.royalmail.net (statusCategory).
"""

from __future__ import annotations

from csdesk.domain.parcels import Meaning

TRACK17 = {
    "NotFound": Meaning("not_found"),
    "InfoReceived": Meaning("info_received", milestone="label"),
    "InTransit": Meaning("in_transit"),
    "Expired": Meaning("expired"),
    "AvailableForPickup": Meaning("ready_for_pickup", milestone="last_mile"),
    "OutForDelivery": Meaning("out_for_delivery", milestone="out"),
    "DeliveryFailure": Meaning("delivery_failed"),
    "Delivered": Meaning("delivered", milestone="delivered"),
    "Exception": Meaning("exception"),
}
TRACK17_SUB = {
    "NotFound_Other": Meaning("not_found"),
    "NotFound_InvalidCode": Meaning("not_found"),
    "InTransit_PickedUp": Meaning("in_transit", milestone="picked_up"),
    "InTransit_Other": Meaning("in_transit"),
    "InTransit_Departure": Meaning("in_transit", milestone="departed"),
    "InTransit_Arrival": Meaning("in_transit", milestone="arrived"),
    "InTransit_CustomsProcessing": Meaning("customs", milestone="customs_in"),
    "InTransit_CustomsReleased": Meaning("in_transit", milestone="customs_out"),
    "InTransit_CustomsRequiringInformation": Meaning("customs", "customs_docs", True, "customs_in"),
    "Expired_Other": Meaning("expired"),
    "AvailableForPickup_Other": Meaning("ready_for_pickup", milestone="last_mile"),
    "OutForDelivery_Other": Meaning("out_for_delivery", milestone="out"),
    "DeliveryFailure_Other": Meaning("delivery_failed"),
    "DeliveryFailure_NoBody": Meaning("delivery_failed", "unclaimed"),
    "DeliveryFailure_Security": Meaning("delivery_failed"),
    "DeliveryFailure_Rejected": Meaning("delivery_failed", "refused", True),
    "DeliveryFailure_InvalidAddress": Meaning("delivery_failed", "address", True),
    "Delivered_Other": Meaning("delivered", milestone="delivered"),
    "Exception_Other": Meaning("exception"),
    "Exception_Returning": Meaning("returning"),
    "Exception_Returned": Meaning("returned"),
    "Exception_NoBody": Meaning("exception", "unclaimed"),
    "Exception_Security": Meaning("exception"),
    "Exception_Damage": Meaning("exception", "damage", True),
    "Exception_Rejected": Meaning("exception", "refused", True),
    "Exception_Delayed": Meaning("exception", "processing"),
    "Exception_Lost": Meaning("lost"),
    "Exception_Destroyed": Meaning("lost", "damage"),
    "Exception_Cancel": Meaning("cancelled"),
}
AFTERSHIP = {
    "Pending": Meaning("unregistered"),
    "InfoReceived": Meaning("info_received", milestone="label"),
    "InTransit": Meaning("in_transit"),
    "OutForDelivery": Meaning("out_for_delivery", milestone="out"),
    "AttemptFail": Meaning("delivery_failed"),
    "Delivered": Meaning("delivered", milestone="delivered"),
    "AvailableForPickup": Meaning("ready_for_pickup", milestone="last_mile"),
    "Exception": Meaning("exception"),
    "Expired": Meaning("expired"),
}
AFTERSHIP_SUB = {
    "InTransit_002": Meaning("in_transit", milestone="picked_up"),
    "InTransit_003": Meaning("in_transit", milestone="arrived"),
    "InTransit_007": Meaning("in_transit", milestone="departed"),
    "Exception_003": Meaning("exception", "refused", True),
    "Exception_004": Meaning("customs", "customs_hold", milestone="customs_in"),
    "Exception_016": Meaning("exception", "processing"),
    "Exception_017": Meaning("exception", "weather"),
    "Exception_018": Meaning("customs", "customs_docs", True, "customs_in"),
}
"""Only those whose meaning the published list states; every other one falls back on its tag and is kept."""
UPS = {
    "D": Meaning("delivered", milestone="delivered"),
    "I": Meaning("in_transit"),
    "M": Meaning("info_received", milestone="label"),
    "MV": Meaning("cancelled"),
    "P": Meaning("in_transit", milestone="picked_up"),
    "X": Meaning("exception"),
    "RS": Meaning("returning"),
    "DO": Meaning("delivered", milestone="delivered"),
    "DD": Meaning("delivered", milestone="delivered"),
    "W": Meaning("in_transit"),
    "NA": Meaning("not_found"),
    "O": Meaning("out_for_delivery", milestone="out"),
}
USPS = {
    "Pre-Shipment": Meaning("info_received", milestone="label"),
    "Accepted": Meaning("in_transit", milestone="picked_up"),
    "In Transit": Meaning("in_transit"),
    "Out for Delivery": Meaning("out_for_delivery", milestone="out"),
    "Available for Pickup": Meaning("ready_for_pickup", milestone="last_mile"),
    "Delivery Attempt": Meaning("delivery_failed", "unclaimed"),
    "Delivered": Meaning("delivered", milestone="delivered"),
    "Delivered to Agent": Meaning("delivered", milestone="delivered"),
    "Alert": Meaning("exception"),
    "Return to Sender": Meaning("returning"),
}
DHL = {
    "pre-transit": Meaning("info_received", milestone="label"),
    "transit": Meaning("in_transit"),
    "out-for-delivery": Meaning("out_for_delivery", milestone="out"),
    "delivered": Meaning("delivered", milestone="delivered"),
    "failure": Meaning("exception"),
    "unknown": Meaning("unregistered"),
}
ROYAL_MAIL = {
    "PRE-ADVICE": Meaning("info_received", milestone="label"),
    "IN TRANSIT": Meaning("in_transit"),
    "OUT FOR DELIVERY": Meaning("out_for_delivery", milestone="out"),
    "READY FOR COLLECTION": Meaning("ready_for_pickup", milestone="last_mile"),
    "ATTEMPTED DELIVERY": Meaning("delivery_failed", "unclaimed"),
    "DELIVERED": Meaning("delivered", milestone="delivered"),
    "RETURN TO SENDER": Meaning("returning"),
    "RTS": Meaning("returning"),
    "PROBLEM": Meaning("exception"),
}
YANWEN = {
    "OR": Meaning("info_received", milestone="label"),
    "PU": Meaning("in_transit", milestone="picked_up"),
    "SC": Meaning("in_transit"),
    "EC": Meaning("in_transit", milestone="export"),
    "LH": Meaning("in_transit", milestone="departed"),
    "IC": Meaning("customs", milestone="customs_in"),
    "LM": Meaning("in_transit", milestone="last_mile"),
    "LM40": Meaning("delivered", milestone="delivered"),
    "NOTFOUND": Meaning("not_found"),
}
"""By the whole code, else by its two letters: the stage. The rest is the line's own."""
YUNEXPRESS = {
    "0": Meaning("unregistered"),
    "1": Meaning("info_received", milestone="label"),
    "2": Meaning("in_transit"),
    "3": Meaning("delivered", milestone="delivered"),
    "4": Meaning("ready_for_pickup", milestone="last_mile"),
    "5": Meaning("delivery_failed"),
    "6": Meaning("exception"),
    "7": Meaning("expired"),
}
